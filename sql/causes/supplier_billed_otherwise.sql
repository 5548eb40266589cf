/*
title: Supplier billed otherwise
description: What the supplier billed is more than came, or dearer than it was ordered, or with other charges or tax, and no receipt was misread.
explains: [purchase_price, invoiced_not_received, overinvoiced, invoice_without_order, purchase_charges, purchase_tax]
advice: Block the payment, ask the supplier for a credit note, and pay what was received at the price ordered.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String} AND class IN ('purchase_price', 'invoiced_not_received', 'overinvoiced', 'invoice_without_order', 'purchase_charges', 'purchase_tax')),
documents AS (
  SELECT number, entity, status, occurred_at, document, trace_id,
    concat(system_name, ' ', transform(toString(entity), ['invoice_lines', 'shipment_lines'], ['billed', 'received'], 'ordered'), ' ', toString(quantity), ' ', unit, if(price > 0, concat(' at ', toString(price)), ''), ' with ', document) AS text
  FROM cause_documents
  WHERE sought = {sought:String} AND part = 'counted' AND (entity = 'order_lines' OR (entity = 'invoice_lines' AND status = 'invoice') OR (entity = 'shipment_lines' AND status = 'inbound'))
)
SELECT cases.number AS number, 0.6 AS score,
  arraySlice(arrayMap(each -> each.2, arraySort(groupArray((documents.occurred_at, (documents.text, toString(documents.entity), documents.document, documents.occurred_at, documents.trace_id))))), 1, 5) AS evidence,
  '' AS shared
FROM cases
INNER JOIN documents ON documents.number = cases.number
GROUP BY cases.number
HAVING countIf(documents.entity = 'invoice_lines') > 0

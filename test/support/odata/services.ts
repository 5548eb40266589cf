import type { Shapes } from './edmx.ts'

/** The pieces of S/4HANA's services that the presets read, by SAP's own names. */
export const salesOrders: Shapes = {
  A_SalesOrder: {
    key: ['SalesOrder'],
    fields: {
      SalesOrder: 'String',
      SalesOrderType: 'String',
      SoldToParty: 'String',
      RequestedDeliveryDate: 'DateTime',
      LastChangeDateTime: 'DateTimeOffset',
    },
    to: { to_Item: '*A_SalesOrderItem' },
  },
  A_SalesOrderItem: {
    key: ['SalesOrder', 'SalesOrderItem'],
    fields: {
      SalesOrder: 'String',
      SalesOrderItem: 'String',
      Material: 'String',
      RequestedQuantity: 'Decimal',
      RequestedQuantityUnit: 'String',
      NetAmount: 'Decimal',
      TaxAmount: 'Decimal',
      TransactionCurrency: 'String',
      ProductionPlant: 'String',
      SalesDocumentRjcnReason: 'String',
      SDProcessStatus: 'String',
    },
  },
}

export const deliveries: Shapes = {
  A_OutbDeliveryHeader: {
    key: ['DeliveryDocument'],
    fields: {
      DeliveryDocument: 'String',
      DeliveryDocumentType: 'String',
      ReceivingPlant: 'String',
      ActualGoodsMovementDate: 'DateTime',
      ActualGoodsMovementTime: 'Time',
      CreationDate: 'DateTime',
      LastChangeDate: 'DateTime',
    },
    to: { to_DeliveryDocumentItem: '*A_OutbDeliveryItem' },
  },
  A_OutbDeliveryItem: {
    key: ['DeliveryDocument', 'DeliveryDocumentItem'],
    fields: {
      DeliveryDocument: 'String',
      DeliveryDocumentItem: 'String',
      Material: 'String',
      Batch: 'String',
      Plant: 'String',
      ActualDeliveryQuantity: 'Decimal',
      DeliveryQuantityUnit: 'String',
      GoodsMovementStatus: 'String',
      ReferenceSDDocument: 'String',
      ReferenceSDDocumentItem: 'String',
    },
  },
}

export const billing: Shapes = {
  A_BillingDocument: {
    key: ['BillingDocument'],
    fields: {
      BillingDocument: 'String',
      SDDocumentCategory: 'String',
      BillingDocumentDate: 'DateTime',
      LastChangeDateTime: 'DateTimeOffset',
    },
    to: { to_Item: '*A_BillingDocumentItem' },
  },
  A_BillingDocumentItem: {
    key: ['BillingDocument', 'BillingDocumentItem'],
    fields: {
      BillingDocument: 'String',
      BillingDocumentItem: 'String',
      Material: 'String',
      Plant: 'String',
      BillingQuantity: 'Decimal',
      BillingQuantityUnit: 'String',
      NetAmount: 'Decimal',
      TaxAmount: 'Decimal',
      TransactionCurrency: 'String',
      SalesDocument: 'String',
      SalesDocumentItem: 'String',
      SalesSDDocumentCategory: 'String',
    },
  },
}

const stockKey = [
  'Material',
  'Plant',
  'StorageLocation',
  'Batch',
  'Supplier',
  'Customer',
  'WBSElementInternalID',
  'SDDocument',
  'SDDocumentItem',
  'InventorySpecialStockType',
  'InventoryStockType',
]
export const stock: Shapes = {
  A_MatlStkInAcctMod: {
    key: stockKey,
    fields: {
      ...Object.fromEntries(stockKey.map((name) => [name, 'String'])),
      MaterialBaseUnit: 'String',
      MatlWrhsStkQtyInMatlBaseUnit: 'Decimal',
    },
  },
}

/** The same of API v2.0 of Business Central; a line carries the id of its order here, by which the mock joins them. */
export const businessCentral: Shapes = {
  salesOrders: {
    key: ['id'],
    fields: {
      id: 'Guid',
      number: 'String',
      customerNumber: 'String',
      currencyCode: 'String',
      requestedDeliveryDate: 'Date',
      fullyShipped: 'Boolean',
      lastModifiedDateTime: 'DateTimeOffset',
    },
    to: { salesOrderLines: '*salesOrderLines' },
  },
  salesOrderLines: {
    key: ['id', 'sequence'],
    fields: {
      id: 'Guid',
      sequence: 'Int32',
      lineType: 'String',
      lineObjectNumber: 'String',
      unitOfMeasureCode: 'String',
      quantity: 'Decimal',
      netAmount: 'Decimal',
      totalTaxAmount: 'Decimal',
      locationId: 'Guid',
    },
  },
}

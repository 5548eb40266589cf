-- One list that was kept, whoever may see it, deleted or not.
SELECT slug, name, owner, shared, query, deleted, at
FROM saved_views FINAL
WHERE slug = {slug:String}

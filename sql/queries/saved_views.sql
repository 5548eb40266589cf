-- The lists a person has kept and those that others share, by name.
SELECT slug, name, owner, shared, query, at, CAST(ifNull(slug = (SELECT any(slug) FROM start_views FINAL WHERE person = {person:String}), false), 'Bool') AS is_start
FROM saved_views FINAL
WHERE NOT deleted AND (shared OR owner = {person:String})
ORDER BY lower(name), slug

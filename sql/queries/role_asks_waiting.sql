-- What is asked of the holders of leases and not answered yet, while somebody waits for it.
SELECT id, lease, ask, given
FROM role_asks
WHERE lease IN {leases:Array(String)} AND role_asks.until > now64(3) AND id NOT IN (SELECT role_answers.id FROM role_answers WHERE step != 'taken')
ORDER BY at

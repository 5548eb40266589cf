-- What became of what was asked, so far.
SELECT toString(step) AS step, answer FROM role_answers WHERE id = {id:String} ORDER BY role_answers.step DESC LIMIT 1

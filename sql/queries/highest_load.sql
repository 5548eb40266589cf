-- The highest load number ever given, of whatever kind.
SELECT max(load_seq) AS load_seq FROM loads

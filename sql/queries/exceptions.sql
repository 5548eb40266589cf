-- What a list shows of some cases, each as the text it is kept as.
SELECT number, shown
FROM exception_rows FINAL
WHERE number IN {numbers:Array(UInt64)} AND plant IN {plants:Array(String)}

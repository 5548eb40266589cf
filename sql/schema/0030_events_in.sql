-- Where the messages of a load come in; the views carry them on.
CREATE TABLE IF NOT EXISTS events_in /*on cluster*/ (
  /*carried_structure*/,
  load_seq UInt64
) ENGINE = Null

-- Where the loader puts a segment of business events; the views carry them on.
CREATE TABLE IF NOT EXISTS events_in /*on cluster*/ (
  /*events_structure*/,
  load_seq UInt64
) ENGINE = Null

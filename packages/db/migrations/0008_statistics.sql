-- The planner's picture of a table is that of the last time PostgreSQL looked, which it does once a
-- minute. Of an empty one it keeps plans for a few rows: foreign keys are looked up by an index that
-- reads all of a merchant's. The server may have Florin's tables looked at that have doubled since.
CREATE FUNCTION florin_analyze_grown() RETURNS text[] LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  grown text[] := ARRAY(
    SELECT c.oid::regclass::text FROM pg_class c
    WHERE c.oid = ANY ('{public.payments,public.operations,public.events,public.postings,public.idempotency_keys,public.feed,public.legacy_ids}'::regclass[])
      AND pg_relation_size(c.oid) > (2 * c.relpages + 16) * current_setting('block_size')::int
    ORDER BY c.oid);
BEGIN
  -- Nobody waits: of two processes one looks, and a table that is being vacuumed comes the next time.
  IF grown <> '{}' THEN
    EXECUTE 'ANALYZE (SKIP_LOCKED) ' || array_to_string(grown, ', ');
  END IF;
  RETURN grown;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION florin_analyze_grown() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION florin_analyze_grown() TO florin_app;

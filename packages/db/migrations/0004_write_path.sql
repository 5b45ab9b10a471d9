-- A charge's payment and key are updated once, by the batch that brings its outcome, all those of a
-- page at once. With room for it on the page they touch no index ("HOT"): a seventh less WAL, and no
-- dead entries in indexes whose order is not that of time.
ALTER TABLE payments SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE idempotency_keys SET (fillfactor = 50);
--> statement-breakpoint
-- A batch sends its writes and its COMMIT together. Where not all was written, this makes an error of
-- it, and so a rollback of the COMMIT; the detail says what was. FL001 is nobody else's.
CREATE FUNCTION florin_refuse_write(written json) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'not all rows were written' USING ERRCODE = 'FL001', DETAIL = written::text;
END $$;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION florin_refuse_write(json) TO florin_app;

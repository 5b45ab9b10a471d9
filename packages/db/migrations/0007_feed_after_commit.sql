-- An event tells its transaction, so that the feed's sequencer finds what is new, and commits need not
-- write to the feed. The versions before this one tell it too, by the default. What is there already
-- has 0, which rewrites nothing, and is numbered; but what just waits for its number is new.
ALTER TABLE "events" ADD COLUMN "xid" "xid8" DEFAULT '0' NOT NULL;
--> statement-breakpoint
ALTER TABLE "events" ALTER COLUMN "xid" SET DEFAULT pg_current_xact_id();
--> statement-breakpoint
ALTER TABLE "sequencers" ADD COLUMN "horizon" "xid8" DEFAULT '1' NOT NULL;
--> statement-breakpoint
ALTER TABLE "sequencers" ALTER COLUMN "horizon" SET DEFAULT '0';
--> statement-breakpoint
UPDATE events e SET xid = pg_current_xact_id() FROM feed f JOIN sequencers s ON s.merchant_id = f.merchant_id
WHERE f.number IS NULL AND (e.merchant_id, e.payment_id, e.version) = (f.merchant_id, f.payment_id, f.version);
--> statement-breakpoint
CREATE INDEX "events_by_xid" ON "events" USING btree ("merchant_id","xid");
--> statement-breakpoint
-- Its rows are written once from now on.
ALTER TABLE feed RESET (autovacuum_vacuum_scale_factor);

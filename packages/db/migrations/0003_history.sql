CREATE TABLE "feed" (
	"merchant_id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"number" bigint,
	CONSTRAINT "feed_merchant_id_payment_id_version_pk" PRIMARY KEY("merchant_id","payment_id","version"),
	CONSTRAINT "feed_number" CHECK ("feed"."number" >= 1)
);
--> statement-breakpoint
CREATE TABLE "sequencers" (
	"merchant_id" uuid PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"lease_until" timestamp(3) with time zone NOT NULL,
	"last_number" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "provider_reports" (
	"merchant_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"id" text NOT NULL,
	"operation_id" uuid NOT NULL,
	"outcome" json NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"body" text NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"attempts" integer NOT NULL,
	"due_at" timestamp(3) with time zone,
	"occurred_at" timestamp(3) with time zone NOT NULL,
	"received_at" timestamp(3) with time zone NOT NULL,
	"settled_at" timestamp(3) with time zone,
	CONSTRAINT "provider_reports_merchant_id_provider_id_pk" PRIMARY KEY("merchant_id","provider","id"),
	CONSTRAINT "provider_reports_id" CHECK (char_length("provider_reports"."id") between 1 and 255),
	CONSTRAINT "provider_reports_status" CHECK ("provider_reports"."status" in ('waiting', 'applied', 'dead')),
	CONSTRAINT "provider_reports_due" CHECK (("provider_reports"."due_at" is not null) = ("provider_reports"."status" = 'waiting')),
	CONSTRAINT "provider_reports_settled" CHECK (("provider_reports"."settled_at" is null) = ("provider_reports"."status" = 'waiting')),
	CONSTRAINT "provider_reports_reason" CHECK (("provider_reports"."reason" is not null) = ("provider_reports"."status" = 'dead'))
);
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "suspense" text;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "open_operation" text;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "expires_at" timestamp(3) with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "feed_by_number" ON "feed" USING btree ("merchant_id","number") WHERE "feed"."number" is not null;--> statement-breakpoint
CREATE INDEX "feed_unnumbered" ON "feed" USING btree ("merchant_id","payment_id","version") WHERE "feed"."number" is null;--> statement-breakpoint
CREATE INDEX "provider_reports_by_operation" ON "provider_reports" USING btree ("merchant_id","operation_id");--> statement-breakpoint
CREATE INDEX "provider_reports_due" ON "provider_reports" USING btree ("due_at") WHERE "provider_reports"."status" = 'waiting';--> statement-breakpoint
CREATE INDEX "provider_reports_dead" ON "provider_reports" USING btree ("received_at") WHERE "provider_reports"."status" = 'dead';--> statement-breakpoint
CREATE INDEX "events_by_time" ON "events" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "payments_expiring" ON "payments" USING btree ("expires_at") WHERE "payments"."expires_at" is not null;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_reason" CHECK (char_length("events"."reason") between 1 and 255);--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_suspense" CHECK ("operations"."suspense" in ('provider_receivable', 'merchant_payable', 'suspense'));--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_open_operation" CHECK ("payments"."open_operation" in ('charge', 'authorize', 'capture', 'void', 'refund'));--> statement-breakpoint
-- What earlier versions wrote, as this one would have. The feed's sequencer gives the numbers.
INSERT INTO feed (merchant_id, payment_id, version) SELECT merchant_id, payment_id, version FROM events;
--> statement-breakpoint
UPDATE operations o SET suspense = 'suspense' WHERE EXISTS (SELECT FROM postings g
  WHERE g.merchant_id = o.merchant_id AND g.operation_id = o.id AND 'suspense' IN (g.debit, g.credit));
--> statement-breakpoint
UPDATE payments p SET open_operation = o.kind FROM operations o
WHERE o.merchant_id = p.merchant_id AND o.payment_id = p.id AND o.status = 'open' AND o.kind <> 'refund';
--> statement-breakpoint
UPDATE payments SET expires_at = updated_at + interval '30 minutes' WHERE status = 'REQUIRES_ACTION';
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON feed, sequencers, provider_reports TO florin_app;
--> statement-breakpoint
-- Every row of the feed is written twice: what the numbering leaves behind must not pile up.
ALTER TABLE feed SET (autovacuum_vacuum_scale_factor = 0.02);
--> statement-breakpoint
ALTER INDEX events_by_time SET (autosummarize = on);

CREATE TABLE "legacy_ids" (
	"merchant_id" uuid NOT NULL,
	"legacy_id" bigint NOT NULL,
	"payment_id" uuid NOT NULL,
	"paid_beside" text,
	CONSTRAINT "legacy_ids_merchant_id_legacy_id_pk" PRIMARY KEY("merchant_id","legacy_id")
);
--> statement-breakpoint
ALTER TABLE "legacy_ids" ADD CONSTRAINT "legacy_ids_merchant_id_payment_id_payments_merchant_id_id_fk" FOREIGN KEY ("merchant_id","payment_id") REFERENCES "public"."payments"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "legacy_ids_paid_beside" ON "legacy_ids" USING btree ("merchant_id","paid_beside") WHERE "legacy_ids"."paid_beside" is not null;--> statement-breakpoint
-- Old ids are history: what a caller was once told to be a payment stays that payment.
GRANT SELECT, INSERT ON legacy_ids TO florin_app;

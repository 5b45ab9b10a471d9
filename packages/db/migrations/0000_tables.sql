CREATE TABLE "api_keys" (
	"merchant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"lookup" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"revoked_at" timestamp(3) with time zone,
	CONSTRAINT "api_keys_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"merchant_id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"id" uuid NOT NULL,
	"type" text NOT NULL,
	"actor" text NOT NULL,
	"operation_id" uuid,
	"payment" json NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "events_merchant_id_payment_id_version_pk" PRIMARY KEY("merchant_id","payment_id","version"),
	CONSTRAINT "events_version" CHECK ("events"."version" >= 1)
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"merchant_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request" json NOT NULL,
	"payment_id" uuid NOT NULL,
	"version" integer,
	"lease_until" timestamp(3) with time zone NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_merchant_id_key_pk" PRIMARY KEY("merchant_id","key"),
	CONSTRAINT "idempotency_keys_key" CHECK (char_length("idempotency_keys"."key") between 1 and 255),
	CONSTRAINT "idempotency_keys_version" CHECK ("idempotency_keys"."version" >= 1)
);
--> statement-breakpoint
CREATE TABLE "merchants" (
	"merchant_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"mode" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "merchants_mode" CHECK ("merchants"."mode" in ('test', 'live'))
);
--> statement-breakpoint
CREATE TABLE "operations" (
	"merchant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"amount" bigint NOT NULL,
	"status" text NOT NULL,
	"reference" text,
	"failure" json,
	"reason" text,
	"idempotency_key" text,
	"contradiction" text,
	"attempts" integer NOT NULL,
	"lease_until" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone NOT NULL,
	"closed_at" timestamp(3) with time zone,
	CONSTRAINT "operations_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "operations_kind" CHECK ("operations"."kind" in ('charge', 'authorize', 'capture', 'void', 'refund')),
	CONSTRAINT "operations_status" CHECK ("operations"."status" in ('open', 'requires_action', 'succeeded', 'declined')),
	CONSTRAINT "operations_amount" CHECK ("operations"."amount" > 0),
	CONSTRAINT "operations_attempts" CHECK ("operations"."attempts" >= 1),
	CONSTRAINT "operations_lease" CHECK (("operations"."lease_until" is not null) = ("operations"."status" = 'open')),
	CONSTRAINT "operations_closed" CHECK (("operations"."closed_at" is not null) = ("operations"."status" in ('succeeded', 'declined'))),
	CONSTRAINT "operations_reason" CHECK (char_length("operations"."reason") between 1 and 255)
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"merchant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"order_id" text NOT NULL,
	"currency" text NOT NULL,
	"amount" bigint NOT NULL,
	"authorized" bigint NOT NULL,
	"captured" bigint NOT NULL,
	"refunded" bigint NOT NULL,
	"refund_pending" bigint NOT NULL,
	"status" text NOT NULL,
	"holds_order" boolean NOT NULL,
	"provider" text NOT NULL,
	"payment_method" text,
	"transaction_id" text,
	"idempotency_key" text NOT NULL,
	"failure" json,
	"next_action" json,
	"metadata" json NOT NULL,
	"discrepancy" boolean NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "payments_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "payments_status" CHECK ("payments"."status" in ('PENDING', 'REQUIRES_ACTION', 'AUTHORIZED', 'SUCCESS', 'REFUNDED', 'FAILED', 'CANCELLED')),
	CONSTRAINT "payments_currency" CHECK ("payments"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "payments_amount" CHECK ("payments"."amount" > 0),
	CONSTRAINT "payments_amounts_chain" CHECK ("payments"."refunded" >= 0 and "payments"."refund_pending" >= 0 and "payments"."refunded" + "payments"."refund_pending" <= "payments"."captured" and "payments"."captured" <= "payments"."authorized" and "payments"."authorized" <= "payments"."amount"),
	CONSTRAINT "payments_failure" CHECK (("payments"."failure" is not null) = ("payments"."status" = 'FAILED')),
	CONSTRAINT "payments_next_action" CHECK (("payments"."next_action" is not null) = ("payments"."status" = 'REQUIRES_ACTION')),
	CONSTRAINT "payments_order_id" CHECK (char_length("payments"."order_id") between 1 and 255),
	CONSTRAINT "payments_idempotency_key" CHECK (char_length("payments"."idempotency_key") between 1 and 255),
	CONSTRAINT "payments_payment_method" CHECK (char_length("payments"."payment_method") between 1 and 255),
	CONSTRAINT "payments_version" CHECK ("payments"."version" >= 1)
);
--> statement-breakpoint
CREATE TABLE "postings" (
	"merchant_id" uuid NOT NULL,
	"operation_id" uuid NOT NULL,
	"line" smallint NOT NULL,
	"payment_id" uuid NOT NULL,
	"debit" text NOT NULL,
	"credit" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "postings_merchant_id_operation_id_line_pk" PRIMARY KEY("merchant_id","operation_id","line"),
	CONSTRAINT "postings_line" CHECK ("postings"."line" >= 1),
	CONSTRAINT "postings_amount" CHECK ("postings"."amount" > 0),
	CONSTRAINT "postings_debit" CHECK ("postings"."debit" in ('provider_receivable', 'merchant_payable', 'suspense')),
	CONSTRAINT "postings_credit" CHECK ("postings"."credit" in ('provider_receivable', 'merchant_payable', 'suspense')),
	CONSTRAINT "postings_accounts" CHECK ("postings"."debit" <> "postings"."credit"),
	CONSTRAINT "postings_currency" CHECK ("postings"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_merchant_id_merchants_merchant_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("merchant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_merchant_id_payment_id_payments_merchant_id_id_fk" FOREIGN KEY ("merchant_id","payment_id") REFERENCES "public"."payments"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_merchant_id_payment_id_payments_merchant_id_id_fk" FOREIGN KEY ("merchant_id","payment_id") REFERENCES "public"."payments"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_merchant_id_operation_id_operations_merchant_id_id_fk" FOREIGN KEY ("merchant_id","operation_id") REFERENCES "public"."operations"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_lookup" ON "api_keys" USING btree ("lookup");--> statement-breakpoint
CREATE UNIQUE INDEX "operations_one_open" ON "operations" USING btree ("merchant_id","payment_id") WHERE "operations"."status" = 'open' and "operations"."kind" <> 'refund';--> statement-breakpoint
CREATE INDEX "operations_by_payment" ON "operations" USING btree ("merchant_id","payment_id","created_at","id");--> statement-breakpoint
CREATE INDEX "operations_due" ON "operations" USING btree ("lease_until") WHERE "operations"."status" = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "payments_order_holder" ON "payments" USING btree ("merchant_id","order_id") WHERE "payments"."holds_order";--> statement-breakpoint
CREATE INDEX "payments_by_order" ON "payments" USING btree ("merchant_id","order_id","created_at","id");--> statement-breakpoint
CREATE INDEX "payments_by_time" ON "payments" USING btree ("merchant_id","created_at","id");
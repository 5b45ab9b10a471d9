ALTER TABLE "api_keys" ADD COLUMN "name" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "scopes" text[] DEFAULT '{payments:read,payments:write}' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "expires_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "last_used_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_name" CHECK (char_length("api_keys"."name") between 1 and 255);--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes" CHECK ("api_keys"."scopes" <@ '{payments:read,payments:write,admin}'::text[] and cardinality("api_keys"."scopes") > 0);--> statement-breakpoint
-- Each merchant's first key was the only way in, so it may do everything; ids are in the order of their making.
UPDATE api_keys SET scopes = '{payments:read,payments:write,admin}'
WHERE (merchant_id, id) IN (SELECT DISTINCT ON (merchant_id) merchant_id, id FROM api_keys ORDER BY merchant_id, id);
--> statement-breakpoint
-- The server notes when a key was last used, and may change nothing else about it.
GRANT UPDATE (last_used_at) ON api_keys TO florin_app;

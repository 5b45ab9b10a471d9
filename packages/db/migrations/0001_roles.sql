-- The server works as florin_app (made in migrate.ts): history is what it may not change.
GRANT USAGE ON SCHEMA public, drizzle TO florin_app;
--> statement-breakpoint
GRANT SELECT ON drizzle.__drizzle_migrations TO florin_app;
--> statement-breakpoint
GRANT SELECT ON merchants, api_keys TO florin_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON events, postings TO florin_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON payments, operations TO florin_app;
--> statement-breakpoint
-- DELETE only within the transaction that wrote the key: a command that comes second leaves none.
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO florin_app;

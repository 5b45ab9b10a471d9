-- The same words as before, each list as one array: PostgreSQL reads and simplifies the checks of a
-- table anew in every statement, and of `in (…)` each of its words. A tenth of what a single payment
-- costs it. One ALTER a table: it is looked through once.
ALTER TABLE merchants
  DROP CONSTRAINT "merchants_mode",
  ADD CONSTRAINT "merchants_mode" CHECK ("mode" = any ('{test,live}'::text[]));
--> statement-breakpoint
ALTER TABLE provider_reports
  DROP CONSTRAINT "provider_reports_status",
  ADD CONSTRAINT "provider_reports_status" CHECK ("status" = any ('{waiting,applied,dead}'::text[]));
--> statement-breakpoint
ALTER TABLE operations
  DROP CONSTRAINT "operations_kind",
  DROP CONSTRAINT "operations_status",
  DROP CONSTRAINT "operations_closed",
  DROP CONSTRAINT "operations_suspense",
  ADD CONSTRAINT "operations_kind" CHECK ("kind" = any ('{charge,authorize,capture,void,refund}'::text[])),
  ADD CONSTRAINT "operations_status" CHECK ("status" = any ('{open,requires_action,succeeded,declined}'::text[])),
  ADD CONSTRAINT "operations_closed" CHECK (("closed_at" is not null) = ("status" = any ('{succeeded,declined}'::text[]))),
  ADD CONSTRAINT "operations_suspense" CHECK ("suspense" = any ('{provider_receivable,merchant_payable,suspense}'::text[]));
--> statement-breakpoint
ALTER TABLE payments
  DROP CONSTRAINT "payments_status",
  DROP CONSTRAINT "payments_open_operation",
  ADD CONSTRAINT "payments_status" CHECK ("status" = any ('{PENDING,REQUIRES_ACTION,AUTHORIZED,SUCCESS,REFUNDED,FAILED,CANCELLED}'::text[])),
  ADD CONSTRAINT "payments_open_operation" CHECK ("open_operation" = any ('{charge,authorize,capture,void,refund}'::text[]));
--> statement-breakpoint
ALTER TABLE postings
  DROP CONSTRAINT "postings_debit",
  DROP CONSTRAINT "postings_credit",
  ADD CONSTRAINT "postings_debit" CHECK ("debit" = any ('{provider_receivable,merchant_payable,suspense}'::text[])),
  ADD CONSTRAINT "postings_credit" CHECK ("credit" = any ('{provider_receivable,merchant_payable,suspense}'::text[]));

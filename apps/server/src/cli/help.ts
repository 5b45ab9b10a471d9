/** What the help of each command says after its options: what it is good for, and how it is called. */

export const afterHelp = {
  program: `
First steps:
  florin doctor                                  is everything well?
  florin merchants create shop --mode test       a merchant
  florin keys create --merchant shop             and a key for it

"florin <command> --help" tells more of each. Settings are the server's: DATABASE_URL,
FLORIN_DATA_DIR and others, see docs/CLI.md. In a checkout: npx -y pnpm florin <command>`,

  merchants: `
Example:
  florin merchants create "corner shop" --mode test`,
  merchantsCreate: `
Its mode is for good: a live merchant reaches providers that move money, a test one never does.

Example:
  florin merchants create "corner shop" --mode test`,
  merchantsList: `
Example:
  florin merchants list --json`,

  keys: `
Example:
  florin keys create --merchant "corner shop" --name till`,
  keysCreate: `
The key is shown this once; the database keeps its hash only.

Examples:
  florin keys create --merchant "corner shop" --name till
  florin keys create --merchant "corner shop" --scope payments:read --expires-in 90d`,
  keysList: `
It shows how a key begins, and its id, which revoke and rotate take.

Example:
  florin keys list --merchant "corner shop"`,
  keysRevoke: `
The id is that of "florin keys list", not the key itself.

Example:
  florin keys revoke key_01a2092306d277ec959ef8c374da84b5`,
  keysRotate: `
The new key has the name and scopes of the old one, which works on for the overlap.

Example:
  florin keys rotate key_01a2092306d277ec959ef8c374da84b5 --overlap 1h`,

  verify: `
It reads only, while Florin runs, and lists each difference. It exits with 1 if there is one,
or a discrepancy that nobody has resolved.

Example:
  florin verify --merchant "corner shop"`,

  doctor: `
It looks at the settings, the port, the database, its version, migrations, role, grants and
clock, and at the API keys: a line each. It changes nothing, and exits with 1 if there is
something to mend.

Example:
  florin doctor`,

  import: `
Example:
  florin import django --from postgres://…/old --merchant shop --dry-run`,
  importDjango: `
It reads the old table and changes nothing there. It may be stopped and run again at any time:
what is imported is left alone, what has changed there since follows. It exits with 1 if a row is
not imported or an order was paid twice: each is listed. See docs/MIGRATE-FROM-DJANGO.md.

Examples:
  florin import django --from postgres://…/old --merchant shop --dry-run
  florin import django --from postgres://…/old --merchant shop --map-status paid=SUCCESS`,
} as const;

/** What an API key may do. A query demands `payments:read`, a mutation `payments:write`. */
export const scopes = ['payments:read', 'payments:write', 'admin'] as const;

export type Scope = (typeof scopes)[number];

/** Whether a key that has `held` may do what demands `required`: `admin` implies all. */
export function permits(held: readonly Scope[], required: Scope): boolean {
  return held.includes(required) || held.includes('admin');
}

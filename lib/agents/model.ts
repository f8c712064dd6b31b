import type { PersonRef } from '#lib/people/model';

export const agentStates = ['active', 'suspended', 'ended'] as const;
export type AgentState = (typeof agentStates)[number];

export interface AgentRow {
  readonly id: string;
  readonly name: string;
  readonly state: AgentState;
  readonly stateReason: string | null;
  readonly owner: PersonRef | null;
  readonly issuer: { readonly id: string; readonly name: string };
  readonly groups: readonly string[];
  /** Since when what it builds is gone: its repository or its pipeline. */
  readonly orphanedAt: Date | null;
  readonly grants: number;
  readonly liveSessions: number;
  readonly lastSessionAt: Date | null;
  readonly openFindings: number;
  readonly managedBy: string;
}

export interface AgentDetail extends AgentRow {
  readonly sponsor: PersonRef | null;
  readonly issuerUrl: string;
  readonly audience: string;
  /** claim → exact value; all must match */
  readonly matchClaims: Readonly<Record<string, string>>;
  readonly repository: string | null;
  readonly pipeline: string | null;
  readonly lastRunAt: Date | null;
  readonly suspendedAt: Date | null;
  readonly createdAt: Date;
  /** What the person who asks may do here; the verb checks again. */
  readonly may: { readonly change: boolean; readonly suspend: boolean };
}

/** agent → resources → objects, used and unused told apart. */
export interface AgentReach {
  readonly resources: readonly {
    readonly id: string;
    readonly name: string;
    readonly environment: string;
    readonly objects: readonly {
      readonly object: string;
      readonly actions: readonly {
        readonly action: string;
        readonly uses: number;
        readonly lastAt: Date | null;
      }[];
    }[];
  }[];
}

export interface IssuerRow {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string | null;
  readonly algorithms: readonly string[];
  readonly singleUse: boolean;
  readonly agents: number;
  readonly endedAt: Date | null;
  readonly managedBy: string;
}

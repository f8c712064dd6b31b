import type { Context } from '#lib/auth/context';
import type { Page } from '#lib/core/page';
import type { AgentDetail, AgentReach, AgentRow, IssuerRow } from './model.ts';
import type {
  AgentChange,
  AgentFilter,
  AgentStateChange,
  IssuerChange,
  NewAgent,
  NewIssuer,
} from './schema.ts';

export type * from './model.ts';
export type * from './schema.ts';

export declare function listAgents(context: Context, filter: AgentFilter): Promise<Page<AgentRow>>;
export declare function getAgent(context: Context, agentId: string): Promise<AgentDetail>;
export declare function agentReach(context: Context, agentId: string): Promise<AgentReach>;
export declare function createAgent(context: Context, input: NewAgent): Promise<{ id: string }>;
export declare function changeAgent(context: Context, input: AgentChange): Promise<void>;
/** Cuts its live sessions: `cutStatus(context, cutId)` of lib/sessions tells how far that is. */
export declare function suspendAgent(context: Context, input: AgentStateChange): Promise<{ cutId: string }>;
export declare function resumeAgent(context: Context, input: AgentStateChange): Promise<void>;
/** For good: its grants end with it. */
export declare function endAgent(context: Context, input: AgentStateChange): Promise<{ cutId: string }>;

export declare function listIssuers(context: Context): Promise<readonly IssuerRow[]>;
export declare function createIssuer(context: Context, input: NewIssuer): Promise<{ id: string }>;
export declare function changeIssuer(context: Context, input: IssuerChange): Promise<void>;
/** Refused while agents that are not ended use it. */
export declare function endIssuer(
  context: Context,
  input: { issuerId: string; reason: string },
): Promise<void>;

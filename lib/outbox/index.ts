export { attemptsMax, type Delivering, deliverDue } from './deliver.ts';
export { listMessages, retryMessage, sendTestMessage } from './messages.ts';
export type * from './model.ts';
export { channels, outboxEvents } from './model.ts';
export { postSigned, type SignedReceiver } from './post-signed.ts';
export type * from './schema.ts';
export { requireProtected } from './settings.ts';
export {
  changeSubscription,
  createSubscription,
  endSubscription,
  listSubscriptions,
} from './subscriptions.ts';

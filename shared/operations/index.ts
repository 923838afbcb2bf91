/**
 * The table of operations. A new one is a file in this folder and a line here; its handler must exist to
 * compile.
 */
import type { Operation } from '../define-operation.ts';
import { adminConversations } from './admin-conversations.ts';
import { adminMessages } from './admin-messages.ts';
import { adminKeys } from './admin-keys.ts';
import { adminRevokeKey } from './admin-revoke-key.ts';
import { adminLive } from './admin-live.ts';
import { adminRoutes } from './admin-routes.ts';
import { adminLedger } from './admin-ledger.ts';
import { adminAudit } from './admin-audit.ts';
import { authJwks } from './auth-jwks.ts';
import { authLogin } from './auth-login.ts';
import { authLogins } from './auth-logins.ts';
import { authLogout } from './auth-logout.ts';
import { authPassword } from './auth-password.ts';
import { authRefresh } from './auth-refresh.ts';
import { authRegister } from './auth-register.ts';
import { authRevoke } from './auth-revoke.ts';
import { chatBranch } from './chat-branch.ts';
import { chatCancel } from './chat-cancel.ts';
import { chatEdit } from './chat-edit.ts';
import { chatErase } from './chat-erase.ts';
import { chatHistory } from './chat-history.ts';
import { chatNew } from './chat-new.ts';
import { chatRegenerate } from './chat-regenerate.ts';
import { chatSend } from './chat-send.ts';
import { artifactsRead } from './artifacts-read.ts';
import { attachmentsRead } from './attachments-read.ts';
import { imagesDelete } from './images-delete.ts';
import { imagesGenerate } from './images-generate.ts';
import { imagesGet } from './images-get.ts';
import { imagesList } from './images-list.ts';
import { conversationsGet } from './conversations-get.ts';
import { conversationsMessages } from './conversations-messages.ts';
import { conversationsOpen } from './conversations-open.ts';
import { conversationsCreate } from './conversations-create.ts';
import { conversationsDelete } from './conversations-delete.ts';
import { conversationsList } from './conversations-list.ts';
import { conversationsSearch } from './conversations-search.ts';
import { conversationsUpdate } from './conversations-update.ts';
import { conversationsAdopt } from './conversations-adopt.ts';
import { conversationsAdoptable } from './conversations-adoptable.ts';
import { conversationsEraseAll } from './conversations-erase-all.ts';
import { conversationsExport } from './conversations-export.ts';
import { conversationsImport } from './conversations-import.ts';
import { conversationsShare } from './conversations-share.ts';
import { conversationsShares } from './conversations-shares.ts';
import { conversationsUnshare } from './conversations-unshare.ts';
import { shareRead } from './share-read.ts';
import { usersExport } from './users-export.ts';
import { filesAppend } from './files-append.ts';
import { filesBegin } from './files-begin.ts';
import { filesEnd } from './files-end.ts';
import { foldersCreate } from './folders-create.ts';
import { foldersDelete } from './folders-delete.ts';
import { foldersList } from './folders-list.ts';
import { foldersUpdate } from './folders-update.ts';
import { creditsBalance } from './credits-balance.ts';
import { creditsStatement } from './credits-statement.ts';
import { allowancesList } from './allowances-list.ts';
import { allowancesRemove } from './allowances-remove.ts';
import { allowancesSet } from './allowances-set.ts';
import { creditsGrant } from './credits-grant.ts';
import { creditsRefund } from './credits-refund.ts';
import { keysCreate } from './keys-create.ts';
import { keysList } from './keys-list.ts';
import { keysUpdate } from './keys-update.ts';
import { serverBudget } from './server-budget.ts';
import { sessionWallet } from './session-wallet.ts';
import { keysRevoke } from './keys-revoke.ts';
import { ledgerReceipt } from './ledger-receipt.ts';
import { ledgerCheckpoint } from './ledger-checkpoint.ts';
import { ledgerConsistency } from './ledger-consistency.ts';
import { ledgerErase } from './ledger-erase.ts';
import { sessionAuthenticate } from './session-authenticate.ts';
import { modelsList } from './models-list.ts';
import { operationsCheck } from './operations-check.ts';
import { operationsList } from './operations-list.ts';
import { personasList } from './personas-list.ts';
import { serverEntry } from './server-entry.ts';
import { serverPing } from './server-ping.ts';
import { serverStats } from './server-stats.ts';
import { sessionAck } from './session-ack.ts';
import { sessionHello } from './session-hello.ts';
import { sessionLocale } from './session-locale.ts';
import { sessionModel } from './session-model.ts';
import { sessionResume } from './session-resume.ts';
import { sessionWhoami } from './session-whoami.ts';
import { authReset } from './auth-reset.ts';
import { usersErase } from './users-erase.ts';
import { usersGet } from './users-get.ts';
import { usersList } from './users-list.ts';
import { usersCreate } from './users-create.ts';
import { usersSetActive } from './users-set-active.ts';
import { usersSetRole } from './users-set-role.ts';
import { usersResetLink } from './users-reset-link.ts';
import { completionsCountTokens } from './completions-count-tokens.ts';
import { completionsCreate } from './completions-create.ts';
import { embeddingsCreate } from './embeddings-create.ts';
import { summariesCreate } from './summaries-create.ts';
import { summariesDelete } from './summaries-delete.ts';
import { summariesGet } from './summaries-get.ts';
import { summariesList } from './summaries-list.ts';
import { jobsCancel } from './jobs-cancel.ts';
import { jobsErase } from './jobs-erase.ts';
import { jobsFollow } from './jobs-follow.ts';
import { jobsGet } from './jobs-get.ts';
import { jobsHistory } from './jobs-history.ts';
import { jobsList } from './jobs-list.ts';
import { jobsSubmit } from './jobs-submit.ts';
import { invitationsCreate } from './invitations-create.ts';
import { invitationsList } from './invitations-list.ts';
import { invitationsRead } from './invitations-read.ts';
import { invitationsWithdraw } from './invitations-withdraw.ts';
import { teamsCreate } from './teams-create.ts';
import { teamsDelete } from './teams-delete.ts';
import { teamsGet } from './teams-get.ts';
import { teamsList } from './teams-list.ts';
import { teamsRemoveMember } from './teams-remove-member.ts';
import { teamsSetMember } from './teams-set-member.ts';
import { teamsUpdate } from './teams-update.ts';
import { usageCosts } from './usage-costs.ts';
import { usageEvents } from './usage-events.ts';
import { usageOverview } from './usage-overview.ts';
import { usagePerformance } from './usage-performance.ts';
import { usageRecord } from './usage-record.ts';
import { usageTimeseries } from './usage-timeseries.ts';
import { filesDelete } from './files-delete.ts';
import { filesGet } from './files-get.ts';
import { filesKeep } from './files-keep.ts';
import { filesList } from './files-list.ts';
import { filesRead } from './files-read.ts';
import { batchesCancel } from './batches-cancel.ts';
import { batchesCreate } from './batches-create.ts';
import { batchesErase } from './batches-erase.ts';
import { batchesGet } from './batches-get.ts';
import { batchesList } from './batches-list.ts';
import { webhooksList } from './webhooks-list.ts';
import { webhooksRotate } from './webhooks-rotate.ts';
import { signOnIssuers } from './sign-on-issuers.ts';
import { signOnBegin } from './sign-on-begin.ts';
import { signOnFinish } from './sign-on-finish.ts';
import { signOnEnd } from './sign-on-end.ts';
import { usersMe } from './users-me.ts';
import { usersUpdate } from './users-update.ts';

export const OPERATIONS = {
  'operations.list': operationsList,
  'operations.check': operationsCheck,
  'chat.send': chatSend,
  'chat.edit': chatEdit,
  'chat.regenerate': chatRegenerate,
  'chat.branch': chatBranch,
  'chat.cancel': chatCancel,
  'chat.erase': chatErase,
  'chat.history': chatHistory,
  'chat.new': chatNew,
  'conversations.open': conversationsOpen,
  'conversations.get': conversationsGet,
  'conversations.messages': conversationsMessages,
  'conversations.list': conversationsList,
  'conversations.create': conversationsCreate,
  'conversations.update': conversationsUpdate,
  'conversations.delete': conversationsDelete,
  'conversations.search': conversationsSearch,
  'conversations.export': conversationsExport,
  'conversations.import': conversationsImport,
  'conversations.share': conversationsShare,
  'conversations.shares': conversationsShares,
  'conversations.unshare': conversationsUnshare,
  'share.read': shareRead,
  'conversations.adopt': conversationsAdopt,
  'conversations.adoptable': conversationsAdoptable,
  'conversations.eraseAll': conversationsEraseAll,
  'users.export': usersExport,
  'files.begin': filesBegin,
  'files.append': filesAppend,
  'files.end': filesEnd,
  'folders.list': foldersList,
  'folders.create': foldersCreate,
  'folders.update': foldersUpdate,
  'folders.delete': foldersDelete,
  'personas.list': personasList,
  'models.list': modelsList,
  'completions.create': completionsCreate,
  'completions.countTokens': completionsCountTokens,
  'embeddings.create': embeddingsCreate,
  'images.generate': imagesGenerate,
  'images.get': imagesGet,
  'images.list': imagesList,
  'images.delete': imagesDelete,
  'artifacts.read': artifactsRead,
  'attachments.read': attachmentsRead,
  'summaries.create': summariesCreate,
  'summaries.list': summariesList,
  'summaries.get': summariesGet,
  'summaries.delete': summariesDelete,
  'jobs.submit': jobsSubmit,
  'jobs.list': jobsList,
  'jobs.get': jobsGet,
  'jobs.cancel': jobsCancel,
  'jobs.history': jobsHistory,
  'jobs.erase': jobsErase,
  'jobs.follow': jobsFollow,
  'files.delete': filesDelete,
  'files.get': filesGet,
  'files.keep': filesKeep,
  'files.list': filesList,
  'files.read': filesRead,
  'batches.cancel': batchesCancel,
  'batches.create': batchesCreate,
  'batches.erase': batchesErase,
  'batches.get': batchesGet,
  'batches.list': batchesList,
  'webhooks.list': webhooksList,
  'webhooks.rotate': webhooksRotate,
  'session.model': sessionModel,
  'session.wallet': sessionWallet,
  'session.locale': sessionLocale,
  'session.whoami': sessionWhoami,
  'session.hello': sessionHello,
  'session.resume': sessionResume,
  'session.ack': sessionAck,
  'credits.balance': creditsBalance,
  'credits.statement': creditsStatement,
  'credits.grant': creditsGrant,
  'allowances.set': allowancesSet,
  'allowances.list': allowancesList,
  'allowances.remove': allowancesRemove,
  'credits.refund': creditsRefund,
  'ledger.receipt': ledgerReceipt,
  'ledger.checkpoint': ledgerCheckpoint,
  'ledger.consistency': ledgerConsistency,
  'ledger.erase': ledgerErase,
  'auth.register': authRegister,
  'auth.login': authLogin,
  'session.authenticate': sessionAuthenticate,
  'auth.refresh': authRefresh,
  'auth.logout': authLogout,
  'auth.logins': authLogins,
  'auth.revoke': authRevoke,
  'auth.password': authPassword,
  'auth.jwks': authJwks,
  'signOn.issuers': signOnIssuers,
  'signOn.begin': signOnBegin,
  'signOn.finish': signOnFinish,
  'signOn.end': signOnEnd,
  'users.me': usersMe,
  'users.update': usersUpdate,
  'auth.reset': authReset,
  'users.erase': usersErase,
  'users.list': usersList,
  'users.get': usersGet,
  'users.create': usersCreate,
  'users.setActive': usersSetActive,
  'users.setRole': usersSetRole,
  'users.resetLink': usersResetLink,
  'invitations.create': invitationsCreate,
  'invitations.list': invitationsList,
  'invitations.read': invitationsRead,
  'invitations.withdraw': invitationsWithdraw,
  'admin.conversations': adminConversations,
  'admin.messages': adminMessages,
  'admin.keys': adminKeys,
  'admin.revokeKey': adminRevokeKey,
  'admin.live': adminLive,
  'admin.routes': adminRoutes,
  'admin.ledger': adminLedger,
  'admin.audit': adminAudit,
  'keys.list': keysList,
  'keys.create': keysCreate,
  'keys.update': keysUpdate,
  'keys.revoke': keysRevoke,
  'teams.list': teamsList,
  'teams.get': teamsGet,
  'teams.create': teamsCreate,
  'teams.update': teamsUpdate,
  'teams.delete': teamsDelete,
  'teams.setMember': teamsSetMember,
  'teams.removeMember': teamsRemoveMember,
  'usage.overview': usageOverview,
  'usage.timeseries': usageTimeseries,
  'usage.performance': usagePerformance,
  'usage.costs': usageCosts,
  'usage.events': usageEvents,
  'usage.record': usageRecord,
  'server.budget': serverBudget,
  'server.stats': serverStats,
  'server.entry': serverEntry,
  'server.ping': serverPing,
} as const;

export type Operations = typeof OPERATIONS;
export type OperationName = keyof Operations;

export const OPERATION_LIST: readonly Operation[] = Object.values(OPERATIONS);

export function isKnown(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

/** Whether an operation of this name sends notifications before its response. */
/** Whether it takes a password. */
export function takesSecrets(name: string): boolean {
  const operation: Operation | undefined = isKnown(name) ? OPERATIONS[name] : undefined;
  return (operation?.text?.secrets?.length ?? 0) > 0;
}

export function isStream(name: string): boolean {
  return isKnown(name) && OPERATIONS[name].effect === 'stream';
}

import { useMemo, useState } from 'preact/hooks';
import type { RpcFailure } from '../../../../shared/client/message.ts';
import type { Turn } from '../turn.ts';
import { copyText } from '../../ui/clipboard.ts';
import { amountText, costText, dateText } from '../../ui/i18n.ts';
import { keyName } from '../proof/key-name.ts';
import type { Proof, ProofFacts } from '../proof/proof-contract.ts';
import { readReceipt, type ExchangeEntry } from '../proof/read-receipt.ts';
import { saveFile } from '../../ui/save-file.ts';
import { textsFile } from '../proof/save-files.ts';
import { useLanguage, useChat } from './context.ts';
import { useShell } from '../../ui/shell.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { EraseOffer, EraseQuestion } from './erase-part.tsx';
import { Icon } from '../../ui/icons.tsx';
import { ProofFields } from './proof-fields.tsx';
import { useProofTexts } from './proof-texts.ts';

type Erasing =
  | { readonly name: 'offered'; readonly kept: boolean; readonly failure: RpcFailure | undefined }
  | { readonly name: 'asking' };

/** Explains in plain words what was proved and what was not, and lets the reader save the proof. */
export function ProofPanel({ turn, close }: { turn: Turn; close: () => void }) {
  const { proofs } = useChat();
  const { t } = useProofTexts();
  const proof = proofs.of(turn).value;
  const received = useMemo(
    () => (turn.receipt?.proof ? readReceipt(turn.receipt.proof) : undefined),
    [turn.receipt?.proof],
  );
  const [erasing, setErasing] = useState<Erasing>({ name: 'offered', kept: false, failure: undefined });
  const isShown = 'facts' in proof;
  if (erasing.name === 'asking') {
    const end = (kept: boolean, failure?: RpcFailure) => setErasing({ name: 'offered', kept, failure });
    return (
      <Dialog id="proof-title" class="dialog-wide" title={t('proof.title')} close={close}>
        <EraseQuestion turn={turn} keep={() => end(true)} done={(failure) => end(false, failure)} />
      </Dialog>
    );
  }
  return (
    <Dialog id="proof-title" class="dialog-wide" title={t('proof.title')} close={close}>
      <Lead proof={proof} />
      {isShown && (
        <Shown
          facts={proof.facts}
          entry={received?.entry}
          index={turn.receipt?.index ?? 0}
          texts={proof.name === 'proved'}
        />
      )}
      {isShown && <NotShown turn={turn} entry={received?.entry} />}
      {received && (
        <section>
          <h3>{t(isShown ? 'proof.fields' : 'proof.fieldsUnproved')}</h3>
          <ProofFields received={received} />
        </section>
      )}
      <Saving turn={turn} />
      <EraseOffer
        turn={turn}
        account={received?.entry.account ?? ''}
        failure={erasing.failure}
        focused={erasing.kept}
        ask={() => setErasing({ name: 'asking' })}
      />
      <div class="dialog-buttons dialog-end">
        <button type="button" class="button button-strong" onClick={close}>
          {t('proof.close')}
        </button>
      </div>
    </Dialog>
  );
}

const LEADS = {
  checking: 'proof.leadChecking',
  proved: 'proof.leadProved',
  erased: 'proof.leadErased',
  unchecked: 'proof.leadUnchecked',
  failed: 'proof.leadFailed',
} as const;

function Lead({ proof }: { proof: Proof }) {
  const { t } = useProofTexts();
  return (
    <div class="proof-lead" data-proof={proof.name} role="status">
      <p>{t(LEADS[proof.name])}</p>
      {proof.name === 'failed' && <p>{t(`fault.${proof.fault}`)}</p>}
      {proof.name === 'unchecked' && <p>{t(`unchecked.${proof.reason}`)}</p>}
    </div>
  );
}

interface ShownProps {
  readonly facts: ProofFacts;
  readonly entry: ExchangeEntry | undefined;
  readonly index: number;
  readonly texts: boolean;
}

function Shown({ facts, entry, index, texts }: ShownProps) {
  const { locale, t } = useProofTexts();
  const size = amountText(locale, facts.size);
  const date = dateText(locale, facts.keySinceMs);
  const isFirst = facts.linkedWith === facts.size;
  return (
    <section>
      <h3>{t('proof.shown')}</h3>
      <ul class="proof-list proof-list-shown">
        {texts && <li>{t('proof.shownTexts', { index })}</li>}
        {entry?.type === 'charge' && (
          <li>{t('proof.shownCost', { cost: costText(locale, Number(entry.amount)) })}</li>
        )}
        <li>{t('proof.shownEntry', { index, size })}</li>
        <li>{t('proof.shownSigned', { key: keyName(facts.verifierKey), date })}</li>
        <li>
          {isFirst
            ? t('proof.shownFirst')
            : t('proof.shownLinked', { size: amountText(locale, facts.linkedWith) })}
        </li>
      </ul>
      <p class="proof-took">{t('proof.took', { time: amountText(locale, facts.tookMs) })}</p>
    </section>
  );
}

function NotShown({ turn, entry }: { turn: Turn; entry: ExchangeEntry | undefined }) {
  const { locale, t } = useProofTexts();
  const { receipt } = turn;
  // In version 1 of the ledger the charge is in the settle entry, right before the exchange.
  const charged = entry?.type === 'exchange' ? turn.charged : undefined;
  const settle = (receipt?.index ?? 0) - 1;
  return (
    <section>
      <h3>{t('proof.notShown')}</h3>
      <ul class="proof-list">
        <li>{t('proof.notTrue')}</li>
        {charged !== undefined && <li>{t('proof.notCost', { cost: costText(locale, charged), settle })}</li>}
        <li>{t('proof.notComplete')}</li>
        <li>{t('proof.notSame')}</li>
      </ul>
    </section>
  );
}

function Saving({ turn }: { turn: Turn }) {
  const { speech } = useShell();
  const { t: say } = useLanguage();
  const { t } = useProofTexts();
  const [copied, setCopied] = useState(false);
  const { receipt } = turn;
  if (!receipt) return null;
  const name = `hilo-${receipt.index}`;
  const copy = async () => {
    if (!(await copyText(turn.trace))) return;
    setCopied(true);
    speech.say(say('action.copied'));
  };
  const hasTexts = receipt.promptSalt !== '';
  return (
    <section class="proof-saving">
      <div class="proof-buttons">
        <button
          type="button"
          class="button"
          onClick={() => saveFile(`${name}.tlog-proof`, 'text/plain', receipt.proof)}
        >
          <Icon name="save" />
          {t('proof.saveProof')}
        </button>
        {hasTexts && (
          <button
            type="button"
            class="button"
            onClick={() => saveFile(`${name}.texts.json`, 'application/json', textsFile(turn, receipt))}
          >
            <Icon name="save" />
            {t('proof.saveTexts')}
          </button>
        )}
        <button type="button" class="button" onClick={() => void copy()}>
          <Icon name={copied ? 'check' : 'copy'} />
          {copied ? say('action.copied') : t('proof.copyTrace')}
        </button>
      </div>
      <p>{t('proof.saveHint')}</p>
    </section>
  );
}

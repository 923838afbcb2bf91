/** Asking the server, and saying what came of it. */
import { useEffect, useState } from 'preact/hooks';
import type { GivenInput } from '../../../shared/client/client.ts';
import { isErrorKey, isRecord, type Outcome, type Params } from '../../../shared/client/message.ts';
import type { OperationName } from '../../../shared/operations/index.ts';
import { failureText } from './i18n.ts';
import { REQUEST_TEXTS, type RequestTextKey } from './request-texts.ts';
import { useShell, useTexts, type Language } from './shell.ts';

export interface Reading {
  /** Undefined until the server has answered, and when it refused. */
  readonly value: Params | undefined;
  readonly fault: string | undefined;
  readonly again: () => void;
}

/** Asks when it is drawn first, whenever a session begins, and when `again` is called. */
export function useReading<Name extends OperationName>(method: Name, params: GivenInput<Name>): Reading {
  const { line } = useShell();
  const language = useTexts(REQUEST_TEXTS);
  const [round, setRound] = useState(0);
  const [outcome, setOutcome] = useState<Outcome | undefined>(undefined);
  const again = () => setRound((before) => before + 1);
  const isReady = line.state.value.name === 'ready';
  useEffect(() => {
    if (!isReady) return undefined;
    let isWanted = true;
    void line.ask(method, params).then((answer) => isWanted && setOutcome(answer));
    return () => {
      isWanted = false;
    };
  }, [round, isReady]);
  const value = outcome?.ok === true ? outcome.result : undefined;
  return { value, fault: outcome && faultOf(outcome, language), again };
}

export interface Deed {
  /** Undefined when it succeeded. */
  readonly fault: string | undefined;
  readonly isBusy: boolean;
  /** What the server answered; undefined when it refused. One at a time: calls meanwhile do nothing. */
  readonly run: <Name extends OperationName>(
    method: Name,
    params: GivenInput<Name>,
  ) => Promise<Params | undefined>;
}

export function useDeed(): Deed {
  const { line, speech } = useShell();
  const language = useTexts(REQUEST_TEXTS);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  return {
    fault,
    isBusy,
    async run(method, params) {
      if (isBusy) return undefined;
      setBusy(true);
      const outcome = await line.ask(method, params);
      setBusy(false);
      const words = faultOf(outcome, language);
      setFault(words);
      if (words !== undefined) speech.say(words);
      return outcome.ok ? outcome.result : undefined;
    },
  };
}

/** Why it failed, in the reader's language; undefined when it did not. */
export function faultOf(
  outcome: { readonly ok: true } | Extract<Outcome, { ok: false }>,
  { locale, t }: Language<RequestTextKey>,
): string | undefined {
  if (outcome.ok) return undefined;
  const { reason, values, message } = outcome.failure;
  return isErrorKey(reason) ? failureText(locale, reason, values, message) : t('line.unreachable');
}

/** The records of a list in an answer. */
export function recordsOf(value: Params | undefined, member: string): Params[] {
  const list = value?.[member];
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

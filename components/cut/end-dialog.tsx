'use client';

import type { DoneState } from '../ui/form-state.ts';
import { ReasonDialog, type ReasonDialogProps } from '../ui/reason-dialog.tsx';
import { useToast } from '../ui/toast.tsx';
import { CutProgress } from './cut-progress.tsx';

const followMs = 20_000;

/** Asks for a reason, names the effect first; how far the cut is stands in the corner afterwards. */
export function EndDialog(props: ReasonDialogProps) {
  const toast = useToast();
  const follow = (state: DoneState) =>
    toast({
      look: 'positive',
      text: state.message,
      ...(state.data.cutId
        ? { content: <CutProgress cutIds={[state.data.cutId]} />, durationMs: followMs }
        : {}),
    });
  return <ReasonDialog {...props} danger onDone={follow} />;
}

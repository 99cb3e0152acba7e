/* What a viewer can choose: by which way the stream comes, and which of its pictures and sounds. */

import { useEffect, useRef } from 'preact/hooks';
import { CloseIcon } from '../shared/icons.tsx';
import { engineLabel, type EngineId } from './engines.ts';
import type { Choice } from './engine.ts';
import type { Player, Snapshot, Target } from './player.ts';

interface Props {
  readonly target: Target;
  readonly snapshot: Snapshot;
  readonly player: Player;
  readonly onClose: () => void;
}

export function SettingsPanel({ target, snapshot, player, onClose }: Props) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.querySelector('select')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const { chosen, choices, engine } = snapshot;
  const now = choices.qualities.find(({ key }) => key === choices.quality)?.label;
  return (
    <section
      ref={panel}
      class="settings"
      aria-label="Settings"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <button type="button" class="icon-button" aria-label="Close settings" onClick={onClose}>
        <CloseIcon />
      </button>
      <Select
        label="Delivery"
        value={chosen ?? ''}
        automatic={chosen === null ? `Automatic (${engine})` : 'Automatic'}
        choices={target.choosable.map((id) => ({ key: id, label: engineLabel(id) }))}
        onChoose={(key) => player.chooseEngine(key === '' ? null : (key as EngineId))}
      />
      {choices.qualities.length > 1 && (
        <Select
          label="Quality"
          value={choices.wanted}
          automatic={choices.wanted === '' && now !== undefined ? `Automatic (${now})` : 'Automatic'}
          choices={choices.qualities}
          onChoose={(key) => player.chooseQuality(key === '' ? null : key)}
        />
      )}
      {choices.sounds.length > 1 && (
        <Select
          label="Sound"
          value={choices.sound}
          automatic={null}
          choices={choices.sounds}
          onChoose={(key) => player.chooseSound(key)}
        />
      )}
    </section>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  /** What the entry says by which nothing is chosen; null where there is none. */
  readonly automatic: string | null;
  readonly choices: readonly Choice[];
  readonly onChoose: (key: string) => void;
}

function Select({ label, value, automatic, choices, onChoose }: SelectProps) {
  return (
    <label class="setting">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {automatic !== null && <option value="">{automatic}</option>}
        {choices.map(({ key, label: text }) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

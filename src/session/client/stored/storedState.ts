import type { SendRequest } from '../connection/requests';
import type { Command } from '../protocol';
import type { LabStore } from '../store/labStore';
import type { Store } from '../store/store';
import type { StoredSummary } from './rows';

export interface StoredState {
	/** The newest first; null until they were looked up. */
	list: readonly StoredSummary[] | null;
	/** Space that the browser gives this page, bytes; null if unknown. */
	quota: number | null;
	/** Reason why the present training, or a part of it, is not stored; null if it is, or if there is none. */
	problem: 'full' | 'refused' | 'large' | null;
	/** A training is being read. */
	busy: boolean;
}

/** Parts of the client that stored trainings need. */
export interface KeeperDependencies {
	/** State for the page to show. */
	shown: Store<StoredState>;
	store: LabStore;
	send(command: Command): void;
	request: SendRequest;
	/** True if the present runs started from a checkpoint. */
	fromCheckpoint(): boolean;
}

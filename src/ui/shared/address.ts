/** Addresses of the page's views. An experiment's link always has a `=`, so that no other view collides with one. */
import { useSyncExternalStore } from 'react';

export const GALLERY_HASH = 'gallery';

/** True while the address is that of the gallery. */
export const isGallery = (): boolean => location.hash === `#${GALLERY_HASH}`;

function subscribe(changed: () => void): () => void {
	addEventListener('hashchange', changed);
	return () => removeEventListener('hashchange', changed);
}

/** `isGallery`. Renders again when it changes. */
export const useIsGallery = (): boolean => useSyncExternalStore(subscribe, isGallery);

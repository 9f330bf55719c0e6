import { OLDEST_CHROME } from '../../experiment/records/adapter';

/** Shown instead of the charts if the browser has no WebGPU: the reason, and what to do. */
export default function NoWebGpu({ reason, advice }: { reason: string; advice: string }) {
	return (
		<section className="no-webgpu" aria-labelledby="no-webgpu-title">
			<h1 id="no-webgpu-title">Training needs WebGPU in a recent browser</h1>
			<p>{reason}</p>
			<p>{advice}</p>
			<h2>What usually helps</h2>
			<ul className="bullets">
				<li>Open the page in a current Chrome or Edge (version {OLDEST_CHROME} or newer), on a computer with a graphics card.</li>
				<li>
					In <span className="mono">chrome://settings/system</span>, turn on graphics acceleration, and restart the browser.
				</li>
				<li>
					<span className="mono">chrome://gpu</span> shows under WebGPU why it is off. On Linux, Chrome may need the flag{' '}
					<span className="mono">--enable-unsafe-webgpu</span>.
				</li>
				<li>The page must be loaded over https or from localhost: browsers hide WebGPU from other addresses.</li>
			</ul>
			<p className="muted">The form still works: Share copies a link with your settings, to open on a computer that has WebGPU.</p>
		</section>
	);
}

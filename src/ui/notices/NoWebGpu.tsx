/** In place of the charts where the browser has no WebGPU: why, and what to do. */
export function NoWebGpu({ reason, advice }: { reason: string; advice: string }) {
	return (
		<section className="no-webgpu" aria-labelledby="no-webgpu-title">
			<h1 id="no-webgpu-title">Training needs WebGPU, and this page can't get it</h1>
			<p>{reason}</p>
			<p>{advice}</p>
			<h2>What usually helps</h2>
			<ul className="bullets">
				<li>Open the page in a current Chrome or Edge (version 121 or newer), on a computer with a graphics card.</li>
				<li>
					In <span className="mono">chrome://settings/system</span>, turn on graphics acceleration, and start the browser anew.
				</li>
				<li>
					<span className="mono">chrome://gpu</span> says under WebGPU why it is off. On Linux it may need the flag{' '}
					<span className="mono">--enable-unsafe-webgpu</span>.
				</li>
				<li>The page must come over https or from localhost: browsers hide WebGPU from other addresses.</li>
			</ul>
			<p className="muted">The form still works: what you set is in the address, and Share copies it for a computer that has WebGPU.</p>
		</section>
	);
}

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LabClient } from '../session/client/client';
import { openPort } from '../session/client/connection/port';
import { App } from './App';
import { KeepPage } from './KeepPage';
import { LabContext } from './shared/useLab';
import './css/index.css';

const client = new LabClient(openPort());
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
	<StrictMode>
		<LabContext value={client}>
			<KeepPage>
				<App />
			</KeepPage>
		</LabContext>
	</StrictMode>,
);

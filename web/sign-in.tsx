import { render } from 'solid-js/web'
import { SignInPage } from './pages/sign-in.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/sign-in.css'

// the page of whoever is not signed in: it has nothing of the dashboard, which they may not see
const root = document.getElementById('app')
if (!root) throw new Error('the page has no #app')
render(() => <SignInPage />, root)

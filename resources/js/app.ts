import Alpine from '@alpinejs/csp'

import { bulkRun } from './components/bulk_run.js'
import { copy } from './components/copy.js'
import { dialog } from './components/dialog.js'
import { drawer } from './components/drawer.js'
import { live } from './components/live.js'
import { menu } from './components/menu.js'
import { palette } from './components/palette.js'
import { personPreview } from './components/person_preview.js'
import { passkey } from './components/passkey.js'
import { relativeTime } from './components/relative_time.js'
import { runLog } from './components/run_log.js'
import { runState } from './components/run_state.js'
import { runSteps } from './components/run_steps.js'
import { deploymentPlaces } from './components/deployment_places.js'
import { places } from './components/places.js'
import { selection } from './components/selection.js'
import { shortcuts } from './components/shortcuts.js'
import { terminal } from './components/terminal.js'
import { theme } from './components/theme.js'
import { toasts } from './components/toasts.js'
import { watchDialogs } from './lib/dialogs.js'
import { watchForms } from './lib/busy_forms.js'

Alpine.data('bulkRun', bulkRun)
Alpine.data('copy', copy)
Alpine.data('dialog', dialog)
Alpine.data('drawer', drawer)
Alpine.data('live', live)
Alpine.data('menu', menu)
Alpine.data('palette', palette)
Alpine.data('personPreview', personPreview)
Alpine.data('passkey', passkey)
Alpine.data('relativeTime', relativeTime)
Alpine.data('runLog', runLog)
Alpine.data('runState', runState)
Alpine.data('runSteps', runSteps)
Alpine.data('deploymentPlaces', deploymentPlaces)
Alpine.data('places', places)
Alpine.data('selection', selection)
Alpine.data('shortcuts', shortcuts)
Alpine.data('terminal', terminal)
Alpine.data('theme', theme)
Alpine.data('toasts', toasts)

watchDialogs()
watchForms()

Alpine.start()

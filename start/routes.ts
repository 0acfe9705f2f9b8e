/*
| The product's table of contents: each feature brings its own routes.
*/
import '#app/core/routes'
import '#app/auth/routes'
import '#app/dashboard/routes'
import '#app/servers/routes'
import '#app/runs/routes'
import '#app/projects/routes'
import '#app/deployments/routes'
import '#app/core/last_route'

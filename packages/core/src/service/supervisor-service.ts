/** Name of the service that runs the supervisor. */
export const SUPERVISOR_SERVICE = 'polygate';

import { GhostRows } from './states.tsx'

/** The queue before its first answer. */
export default function QueueSkeleton() {
  return (
    <div aria-hidden="true">
      <table class="table queue">
        <thead>
          <tr>
            <th>Severity</th>
            <th>Status</th>
            <th>Due</th>
            <th class="r">Value at risk</th>
            <th>Plant</th>
            <th>Key</th>
            <th>Difference</th>
            <th>Owner team</th>
            <th>Assignee</th>
            <th class="r">Age</th>
          </tr>
        </thead>
      </table>
      <GhostRows rows={18} />
    </div>
  )
}

package dev.memberproxy.members.batch;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.RenderedResponse;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.slf4j.MDC;

/**
 * One batch in progress. Executes a few items at a time, so that single requests do not
 * starve. When the caller disconnects or the service stops, items in progress end, and
 * items that have not started are skipped.
 */
final class Batch {

	/**
	 * The number of items of one client's batches that are in progress, or wait for
	 * Sentry, at the same time.
	 */
	static final int CONCURRENCY = 4;

	private final int total;

	/** The items of one member are executed one after the other. */
	private final Queue<List<Supplier<Result>>> itemsByMember;

	private final Semaphore permits;

	private final BooleanSupplier stopping;

	/** The results of the workers. A worker with no work left adds an empty one. */
	private final BlockingQueue<Optional<Result>> results = new LinkedBlockingQueue<>();

	private volatile boolean abandoned;

	/**
	 * @param itemsByMember the items, grouped by member
	 * @param permits limits the items in progress over all batches of the client
	 * @param stopping whether the service stops
	 */
	Batch(List<List<Supplier<Result>>> itemsByMember, Semaphore permits, BooleanSupplier stopping) {
		this.total = itemsByMember.stream().mapToInt(List::size).sum();
		this.itemsByMember = new ConcurrentLinkedQueue<>(itemsByMember);
		this.permits = permits;
		this.stopping = stopping;
	}

	/**
	 * Executes the items, and returns when none is in progress any more.
	 * @throws InterruptedException if the thread is interrupted; no other item starts
	 * then
	 */
	Summary run(BatchWriter writer) throws InterruptedException {
		int workers = Math.min(CONCURRENCY, this.itemsByMember.size());
		Map<String, String> logContext = Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of());
		ContextSnapshot trace = ContextSnapshotFactory.builder().build().captureAll();
		for (int i = 0; i < workers; i++) {
			Thread.ofVirtual().name("batch-worker").start(() -> {
				MDC.setContextMap(logContext);
				trace.wrap(this::work).run();
			});
		}
		Summary summary = new Summary(this.total, 0, 0, 0);
		while (workers > 0) {
			Result result = take().orElse(null);
			if (result != null) {
				summary = summary.plus(result);
				this.abandoned = this.abandoned || !writer.add(result);
			}
			else {
				workers--;
			}
		}
		if (!this.abandoned) {
			writer.end(summary);
		}
		return summary;
	}

	private Optional<Result> take() throws InterruptedException {
		try {
			return this.results.take();
		}
		catch (InterruptedException ex) {
			this.abandoned = true;
			throw ex;
		}
	}

	private void work() {
		try {
			for (List<Supplier<Result>> items = this.itemsByMember.poll(); items != null; items = this.itemsByMember
				.poll()) {
				for (Supplier<Result> item : items) {
					this.permits.acquireUninterruptibly();
					try {
						if (this.abandoned || this.stopping.getAsBoolean()) {
							return;
						}
						this.results.add(Optional.of(item.get()));
					}
					finally {
						this.permits.release();
					}
				}
			}
		}
		finally {
			this.results.add(Optional.empty());
		}
	}

	/**
	 * The result of one item.
	 *
	 * @param index the number of the item, from 0
	 * @param response the response that the item would have had as a request of its own
	 */
	record Result(int index, RenderedResponse response) {
	}

	/**
	 * The counts of a batch. Items without a result were not started, because the service
	 * stopped or the caller disconnected.
	 *
	 * @param total the number of items
	 * @param succeeded the items that succeeded
	 * @param failed the items that certainly changed nothing
	 * @param unknown the items of unknown outcome
	 */
	record Summary(int total, int succeeded, int failed, int unknown) {

		private Summary plus(Result result) {
			Problem problem = result.response().problem();
			if (problem == null) {
				return new Summary(this.total, this.succeeded + 1, this.failed, this.unknown);
			}
			return (problem.outcome() == Outcome.UNKNOWN)
					? new Summary(this.total, this.succeeded, this.failed, this.unknown + 1)
					: new Summary(this.total, this.succeeded, this.failed + 1, this.unknown);
		}

		int notStarted() {
			return this.total - this.succeeded - this.failed - this.unknown;
		}

	}

}

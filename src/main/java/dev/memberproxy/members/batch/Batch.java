package dev.memberproxy.members.batch;

import java.io.IOException;
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

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.slf4j.MDC;

/**
 * One batch in progress. Executes a few items at a time, so that single requests do not
 * starve. When the caller disconnects or the service stops, items that have not started
 * are skipped.
 */
final class Batch {

	/**
	 * The number of items of one client's batches that are in progress, or wait for
	 * Sentry, at the same time.
	 */
	static final int CONCURRENCY = 4;

	private final int total;

	/** The items of one member are executed one after the other. */
	private final Queue<List<Supplier<BatchResult>>> itemsByMember;

	private final Semaphore permits;

	private final BooleanSupplier stopping;

	/** The results of the workers. A worker with no work left adds an empty one. */
	private final BlockingQueue<Optional<BatchResult>> results = new LinkedBlockingQueue<>();

	private volatile boolean abandoned;

	/**
	 * @param itemsByMember the items, grouped by member
	 * @param permits limits the items in progress over all batches of the client
	 * @param stopping whether the service stops
	 */
	Batch(List<List<Supplier<BatchResult>>> itemsByMember, Semaphore permits, BooleanSupplier stopping) {
		this.total = itemsByMember.stream().mapToInt(List::size).sum();
		this.itemsByMember = new ConcurrentLinkedQueue<>(itemsByMember);
		this.permits = permits;
		this.stopping = stopping;
	}

	/**
	 * Executes the items, and returns when none is in progress any more.
	 * @param writer writes the results
	 * @return the counts
	 * @throws InterruptedException if the thread is interrupted
	 */
	BatchSummary run(BatchWriter writer) throws InterruptedException {
		int workers = Math.min(CONCURRENCY, this.itemsByMember.size());
		Map<String, String> logContext = Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of());
		ContextSnapshot trace = ContextSnapshotFactory.builder().build().captureAll();
		for (int i = 0; i < workers; i++) {
			Thread.ofVirtual().name("batch-worker").start(() -> {
				MDC.setContextMap(logContext);
				trace.wrap(this::work).run();
			});
		}
		BatchSummary summary = new BatchSummary(this.total, 0, 0, 0);
		while (workers > 0) {
			BatchResult result = take().orElse(null);
			if (result != null) {
				summary = summary.plus(result);
				write(() -> writer.add(result));
			}
			else {
				workers--;
			}
		}
		BatchSummary end = summary;
		write(() -> writer.end(end));
		return end;
	}

	private Optional<BatchResult> take() throws InterruptedException {
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
			for (List<Supplier<BatchResult>> items = this.itemsByMember
				.poll(); items != null; items = this.itemsByMember.poll()) {
				for (Supplier<BatchResult> item : items) {
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

	/** Once the caller is gone, items in progress end, and no other item starts. */
	private void write(Output output) {
		if (this.abandoned) {
			return;
		}
		try {
			output.write();
		}
		catch (IOException ex) {
			this.abandoned = true;
		}
	}

	@FunctionalInterface
	private interface Output {

		void write() throws IOException;

	}

}

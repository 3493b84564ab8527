package dev.memberproxy.members;

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
 * One batch under way: a few items at a time, so that callers with a single request are
 * not starved. The caller may hang up, and the service may stop: items that have not
 * started by then are skipped.
 */
final class Batch {

	/**
	 * How many items of a client's batches are in progress, or wait for Sentry, at the
	 * same time.
	 */
	static final int WIDTH = 4;

	private final int total;

	private final Queue<List<Supplier<BatchLine>>> chains;

	private final Semaphore places;

	private final BooleanSupplier stopping;

	/** What workers have done; an empty one when they have no more work. */
	private final BlockingQueue<Optional<BatchLine>> done = new LinkedBlockingQueue<>();

	private volatile boolean abandoned;

	/**
	 * @param chains the items; those of one chain are done one after the other
	 * @param places for items in progress, shared with other batches
	 * @param stopping whether the service stops
	 */
	Batch(List<List<Supplier<BatchLine>>> chains, Semaphore places, BooleanSupplier stopping) {
		this.total = chains.stream().mapToInt(List::size).sum();
		this.chains = new ConcurrentLinkedQueue<>(chains);
		this.places = places;
		this.stopping = stopping;
	}

	/**
	 * Does the items, and returns when none is under way any more.
	 * @param results where the results go
	 * @return how it went
	 * @throws InterruptedException if nobody waits for the end any more
	 */
	BatchSummary run(BatchResults results) throws InterruptedException {
		int workers = Math.min(WIDTH, this.chains.size());
		Map<String, String> context = Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of());
		// The trace of the request: items belong to it.
		ContextSnapshot snapshot = ContextSnapshotFactory.builder().build().captureAll();
		for (int i = 0; i < workers; i++) {
			Thread.ofVirtual().name("batch-worker").start(() -> {
				MDC.setContextMap(context);
				snapshot.wrap(this::work).run();
			});
		}
		BatchSummary summary = BatchSummary.ofNothing(this.total);
		while (workers > 0) {
			Optional<BatchLine> line = take();
			if (line.isPresent()) {
				summary = summary.plus(line.get());
				BatchLine done = line.get();
				write(() -> results.add(done));
			}
			else {
				workers--;
			}
		}
		BatchSummary end = summary;
		write(() -> results.end(end));
		return end;
	}

	private Optional<BatchLine> take() throws InterruptedException {
		try {
			return this.done.take();
		}
		catch (InterruptedException ex) {
			this.abandoned = true;
			throw ex;
		}
	}

	private void work() {
		try {
			for (List<Supplier<BatchLine>> chain = this.chains.poll(); chain != null; chain = this.chains.poll()) {
				for (Supplier<BatchLine> item : chain) {
					this.places.acquireUninterruptibly();
					try {
						if (this.abandoned || this.stopping.getAsBoolean()) {
							return;
						}
						this.done.add(Optional.of(item.get()));
					}
					finally {
						this.places.release();
					}
				}
			}
		}
		finally {
			this.done.add(Optional.empty());
		}
	}

	/** Once the caller is gone, items in progress end, and no other item starts. */
	private void write(Writing writing) {
		if (this.abandoned) {
			return;
		}
		try {
			writing.run();
		}
		catch (IOException ex) {
			this.abandoned = true;
		}
	}

	@FunctionalInterface
	private interface Writing {

		void run() throws IOException;

	}

}

package dev.memberproxy.members.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.memberproxy.members.batch.Batch.Result;
import dev.memberproxy.members.batch.Batch.Summary;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class BatchTests {

	private static final RenderedResponse NO_CONTENT = RenderedResponse.of(HttpStatus.NO_CONTENT);

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	@Test
	void runExecutesAtMostFourItemsAtOnce() throws Exception {
		// Released only when four items wait. A fifth would exceed the count.
		CyclicBarrier four = new CyclicBarrier(4);
		AtomicInteger inProgress = new AtomicInteger();
		Queue<Integer> seen = new ConcurrentLinkedQueue<>();
		List<List<Supplier<Result>>> items = IntStream.range(0, 20).mapToObj((i) -> List.of(item(i, () -> {
			seen.add(inProgress.incrementAndGet());
			four.await();
			inProgress.decrementAndGet();
			four.await();
		}))).toList();
		Summary summary = new Batch(items, permits(), () -> false).run(lines(this.out));
		assertThat(summary).isEqualTo(new Summary(20, 20, 0, 0));
		assertThat(seen).hasSize(20).allMatch((count) -> count <= 4).contains(4);
	}

	@Test
	void runOfTwoBatchesExecutesAtMostFourItemsAtOnce() throws Exception {
		Semaphore permits = permits();
		CyclicBarrier four = new CyclicBarrier(4);
		AtomicInteger inProgress = new AtomicInteger();
		Queue<Integer> seen = new ConcurrentLinkedQueue<>();
		List<FutureTask<Summary>> batches = IntStream.range(0, 2).mapToObj((batch) -> {
			List<List<Supplier<Result>>> items = IntStream.range(0, 20).mapToObj((i) -> List.of(item(i, () -> {
				seen.add(inProgress.incrementAndGet());
				four.await();
				inProgress.decrementAndGet();
				four.await();
			}))).toList();
			return new FutureTask<>(
					() -> new Batch(items, permits, () -> false).run(lines(OutputStream.nullOutputStream())));
		}).toList();
		batches.forEach(Thread.ofVirtual()::start);
		for (FutureTask<Summary> batch : batches) {
			assertThat(batch.get()).isEqualTo(new Summary(20, 20, 0, 0));
		}
		assertThat(seen).hasSize(40).allMatch((count) -> count <= 4).contains(4);
	}

	@Test
	void runKeepsOrderOfItemsOfOneMember() throws Exception {
		Queue<Integer> order = new ConcurrentLinkedQueue<>();
		List<Supplier<Result>> chain = IntStream.range(0, 100).mapToObj((i) -> item(i, () -> order.add(i))).toList();
		new Batch(List.of(chain, List.of(item(100, () -> {
		}))), permits(), () -> false).run(lines(this.out));
		assertThat(order).containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
		assertThat(lines()).hasSize(102);
	}

	@Test
	void runWritesEachLineImmediately() throws Exception {
		Semaphore written = new Semaphore(0);
		OutputStream reported = new OutputStream() {

			@Override
			public void write(int b) {
				BatchTests.this.out.write(b);
			}

			@Override
			public void flush() {
				written.release();
			}

		};
		// The second item ends only after the first line is written.
		new Batch(List.of(List.of(item(0, () -> {
		})), List.of(item(1, written::acquire))), permits(), () -> false).run(lines(reported));
		assertThat(lines()).containsExactly("{\"index\":0,\"status\":204}", "{\"index\":1,\"status\":204}",
				"{\"summary\":{\"total\":2,\"succeeded\":2,\"failed\":0,\"unknown\":0}}");
	}

	@Test
	void runWhenCallerDisconnectsStartsNoOtherItem() throws Exception {
		CountDownLatch broke = new CountDownLatch(1);
		OutputStream broken = new OutputStream() {

			@Override
			public void write(int b) throws IOException {
				broke.countDown();
				throw new IOException("broken pipe");
			}

		};
		AtomicInteger begun = new AtomicInteger();
		Semaphore gone = new Semaphore(0);
		List<List<Supplier<Result>>> items = new ArrayList<>();
		items.add(List.of(item(0, begun::incrementAndGet)));
		IntStream.range(1, 100).forEach((i) -> items.add(List.of(item(i, () -> {
			begun.incrementAndGet();
			gone.acquire();
		}))));
		FutureTask<Summary> run = new FutureTask<>(() -> new Batch(items, permits(), () -> false).run(lines(broken)));
		Thread runner = Thread.ofPlatform().start(run);
		broke.await();
		// The batch waits for the items in progress.
		Awaitility.await().until(() -> runner.getState() == Thread.State.WAITING);
		gone.release(100);
		assertThat(run.get().notStarted()).isEqualTo(100 - begun.get()).isGreaterThanOrEqualTo(95);
	}

	@Test
	void runWhenServiceStopsCountsItemsNotStarted() throws Exception {
		AtomicBoolean stopping = new AtomicBoolean();
		List<List<Supplier<Result>>> chain = List
			.of(IntStream.range(0, 10).mapToObj((i) -> item(i, () -> stopping.set(i == 2))).toList());
		Summary summary = new Batch(chain, permits(), stopping::get).run(lines(this.out));
		assertThat(summary).isEqualTo(new Summary(10, 3, 0, 0));
		assertThat(lines().getLast())
			.isEqualTo("{\"summary\":{\"total\":10,\"succeeded\":3,\"failed\":0,\"unknown\":0,\"notStarted\":7}}");
	}

	@Test
	void runWithoutItemsWritesSummary() throws Exception {
		new Batch(List.of(), permits(), () -> false).run(lines(this.out));
		assertThat(lines()).containsExactly("{\"summary\":{\"total\":0,\"succeeded\":0,\"failed\":0,\"unknown\":0}}");
	}

	@Test
	void runCountsByOutcome() throws Exception {
		RenderedResponse failed = response(ProblemType.MEMBER_EXISTS);
		RenderedResponse unknown = response(ProblemType.OUTCOME_UNKNOWN);
		Summary summary = new Batch(List
			.of(List.of(() -> new Result(0, NO_CONTENT), () -> new Result(1, failed), () -> new Result(2, unknown))),
				permits(), () -> false)
			.run(lines(this.out));
		assertThat(summary).isEqualTo(new Summary(3, 1, 1, 1));
	}

	@Test
	void runAsDocumentWritesResultsInOrderAtTheEnd() throws Exception {
		Queue<Integer> sizes = new ConcurrentLinkedQueue<>();
		// The items end in reverse order.
		List<Supplier<Result>> chain = IntStream.range(0, 10)
			.mapToObj((i) -> item(9 - i, () -> sizes.add(this.out.size())))
			.toList();
		new Batch(List.of(chain), permits(), () -> false).run(new BatchWriter(MediaType.APPLICATION_JSON, this.out));
		assertThat(sizes).hasSize(10).containsOnly(0);
		String results = IntStream.range(0, 10)
			.mapToObj((i) -> "{\"index\":" + i + ",\"status\":204}")
			.collect(Collectors.joining(","));
		assertThat(this.out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"results\":[" + results
				+ "],\"summary\":{\"total\":10,\"succeeded\":10,\"failed\":0,\"unknown\":0}}");
	}

	private static RenderedResponse response(ProblemType type) {
		return new RenderedResponse(type.status(), Map.of(), new byte[0], Problem.of(type, "A problem."));
	}

	private static BatchWriter lines(OutputStream out) {
		return new BatchWriter(MediaType.APPLICATION_NDJSON, out);
	}

	private static Semaphore permits() {
		return new Semaphore(Batch.CONCURRENCY, true);
	}

	private List<String> lines() {
		return this.out.toString(StandardCharsets.UTF_8).lines().toList();
	}

	private static Supplier<Result> item(int index, Work work) {
		return () -> {
			try {
				work.run();
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
			return new Result(index, NO_CONTENT);
		};
	}

	@FunctionalInterface
	private interface Work {

		void run() throws Exception;

	}

}

package dev.memberproxy.members;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

import dev.memberproxy.audit.Activity;
import dev.memberproxy.audit.AuditLog;
import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.clients.Client;
import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import dev.memberproxy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Many commands at once. Each item is treated like a request of its own: its deadline
 * begins when it begins, and it counts for the caller's quota.
 */
@RestController
class BatchController {

	/** How long a restart takes, drain included, or another instance to be found. */
	private static final Duration RESTART = Duration.ofSeconds(10);

	private final Members members;

	private final ProblemResponder problems;

	private final AuditLog auditLog;

	private final BatchReader reader;

	private final BatchLifecycle lifecycle;

	/**
	 * The places for items, shared by all batches of a client; clients are configured.
	 */
	private final Map<String, Semaphore> places = new ConcurrentHashMap<>();

	BatchController(Members members, ProblemResponder problems, AuditLog auditLog, BatchReader reader,
			BatchLifecycle lifecycle) {
		this.members = members;
		this.problems = problems;
		this.auditLog = auditLog;
		this.reader = reader;
		this.lifecycle = lifecycle;
	}

	@PostMapping(path = { "/members/batch", "/organizations/{alias}/members/batch" },
			consumes = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.NDJSON_VALUE,
					MemberMediaTypes.PLAIN_NDJSON_VALUE, MemberMediaTypes.JSONL_VALUE,
					MemberMediaTypes.JSON_LINES_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.NDJSON_VALUE,
					MemberMediaTypes.PLAIN_NDJSON_VALUE, MemberMediaTypes.JSONL_VALUE,
					MemberMediaTypes.JSON_LINES_VALUE, MediaType.APPLICATION_PROBLEM_JSON_VALUE })
	@AuditedAs(Activity.BATCH)
	void run(CallContext caller, HttpServletRequest request, HttpServletResponse response)
			throws IOException, InterruptedException {
		boolean dryRun = Parameters.isDryRun(request);
		if (dryRun) {
			caller.trail().dryRun();
		}
		refuseIdempotencyKey(request, caller);
		if (!this.lifecycle.acceptsBatches()) {
			throw new ProblemException(
					Problem.of(ProblemType.SERVICE_STOPPING, "The service is stopping and accepts no more batches.")
						.withRetryAfter(RESTART));
		}
		List<BatchItem> items = this.reader.read(request);
		caller.requireOrganization();
		Batch batch = new Batch(chains(items, dryRun, caller), places(caller.client()),
				() -> !this.lifecycle.acceptsItems());
		MediaType mediaType = MemberMediaTypes.preferred(MemberMediaTypes.ofBatch(request.getContentType()),
				request.getHeaders(HttpHeaders.ACCEPT));
		response.setContentType(mediaType.toString());
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		BatchSummary summary = batch.run(BatchResults.of(mediaType, response.getOutputStream()));
		caller.trail().outcome((summary.notBegun() == 0) ? "completed" : "stopped");
	}

	private Semaphore places(Client client) {
		return this.places.computeIfAbsent(client.name(), (_) -> new Semaphore(Batch.WIDTH, true));
	}

	/** The responses of a batch are not stored, so that a key would promise too much. */
	private static void refuseIdempotencyKey(HttpServletRequest request, CallContext caller) {
		if (IdempotencyKey.of(request, caller.client().name()).isPresent()) {
			throw new ProblemException(
					Problem.of(ProblemType.INVALID_REQUEST, "A batch cannot have an idempotency key.")
						.withErrors(List.of(InputError.inHeader("Idempotency-Key", InputCode.INVALID_VALUE,
								"cannot be given for a batch: repeat it with the op ensure where it has to be safe"))));
		}
	}

	/** Items about the same member stay in their order. */
	private List<List<Supplier<BatchLine>>> chains(List<BatchItem> items, boolean dryRun, CallContext caller) {
		Map<Object, List<Supplier<BatchLine>>> chains = new LinkedHashMap<>();
		items.forEach((item) -> chains.computeIfAbsent(item.chain(), (_) -> new ArrayList<>())
			.add(() -> perform(item, dryRun, caller.item(item.index()))));
		return List.copyOf(chains.values());
	}

	private BatchLine perform(BatchItem item, boolean dryRun, CallContext caller) {
		AuditRecord trail = caller.trail();
		RenderedResponse answer = answer(item, dryRun, caller);
		this.auditLog.write(trail);
		return new BatchLine(item.index(), answer, answer.problem());
	}

	private RenderedResponse answer(BatchItem item, boolean dryRun, CallContext caller) {
		try {
			Command command = item.command();
			caller.trail().activity(activity(command));
			return this.members.perform(command, dryRun, caller);
		}
		catch (ProblemException ex) {
			return answer(ex.getProblem(), ex, caller);
		}
		catch (RuntimeException | Error ex) {
			// A fault of this service, as with single requests: it is not known how
			// far the item came, and the others go on.
			return answer(Problem.ofStatus(500), ex, caller);
		}
	}

	private RenderedResponse answer(Problem problem, Throwable cause, CallContext caller) {
		caller.trail().problem(problem);
		return this.problems.render(caller.trail().requestId(), caller.basePath(), problem, cause);
	}

	private static Activity activity(Command command) {
		return switch (command) {
			case Command.Create _ -> Activity.CREATE;
			case Command.Ensure _ -> Activity.ENSURE;
			case Command.ChangeRole _ -> Activity.UPDATE_ROLE;
			case Command.Remove _ -> Activity.DELETE;
			case Command.Read _ -> Activity.READ;
			case Command.Search _, Command.Browse _ -> Activity.LIST;
		};
	}

}

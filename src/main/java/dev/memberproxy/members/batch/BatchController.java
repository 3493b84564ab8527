package dev.memberproxy.members.batch;

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
import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.members.AuditedAs;
import dev.memberproxy.members.CallContext;
import dev.memberproxy.members.MemberRequestHandler;
import dev.memberproxy.members.Parameters;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.provisioning.MemberCommand;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Executes many commands in one request. Each item is treated as a request of its own:
 * its deadline starts when it starts, and it counts for the client's quota.
 */
@RestController
class BatchController {

	/** The time for a restart, or for a load balancer to choose another replica. */
	private static final Duration RESTART = Duration.ofSeconds(10);

	private final MemberRequestHandler handler;

	private final ProblemResponder problems;

	private final AuditLog auditLog;

	private final BatchReader reader;

	private final BatchLifecycle lifecycle;

	/** One for each configured client. */
	private final Map<String, Semaphore> permits = new ConcurrentHashMap<>();

	BatchController(MemberRequestHandler handler, ProblemResponder problems, AuditLog auditLog, BatchReader reader,
			BatchLifecycle lifecycle) {
		this.handler = handler;
		this.problems = problems;
		this.auditLog = auditLog;
		this.reader = reader;
		this.lifecycle = lifecycle;
	}

	@PostMapping(path = { "/members/batch", "/organizations/{alias}/members/batch" },
			consumes = { MediaType.APPLICATION_JSON_VALUE, BatchMediaTypes.NDJSON_VALUE,
					BatchMediaTypes.PLAIN_NDJSON_VALUE, BatchMediaTypes.JSONL_VALUE, BatchMediaTypes.JSON_LINES_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, BatchMediaTypes.NDJSON_VALUE,
					BatchMediaTypes.PLAIN_NDJSON_VALUE, BatchMediaTypes.JSONL_VALUE, BatchMediaTypes.JSON_LINES_VALUE })
	@AuditedAs(Activity.BATCH)
	void execute(CallContext context, HttpServletRequest request, HttpServletResponse response)
			throws IOException, InterruptedException {
		boolean dryRun = Parameters.isDryRun(request);
		if (dryRun) {
			context.audit().dryRun();
		}
		rejectIdempotencyKey(request, context);
		if (!this.lifecycle.acceptsBatches()) {
			throw new ProblemException(
					Problem.of(ProblemType.SERVICE_STOPPING, "The service is stopping and accepts no more batches.")
						.withRetryAfter(RESTART));
		}
		List<BatchReader.Item> items = this.reader.read(request);
		context.requireOrganization();
		Semaphore permitsOfClient = this.permits.computeIfAbsent(context.client().name(),
				(_) -> new Semaphore(Batch.CONCURRENCY, true));
		Batch batch = new Batch(groupByMember(items, dryRun, context), permitsOfClient,
				() -> !this.lifecycle.acceptsItems());
		MediaType mediaType = BatchMediaTypes.preferred(request.getContentType(),
				request.getHeaders(HttpHeaders.ACCEPT));
		response.setContentType(mediaType.toString());
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		Batch.Summary summary = batch.run(new BatchWriter(mediaType, response.getOutputStream()));
		context.audit().outcome((summary.notStarted() == 0) ? "completed" : "stopped");
	}

	/** The response to a batch is not stored, so that a key would promise too much. */
	private static void rejectIdempotencyKey(HttpServletRequest request, CallContext context) {
		if (IdempotencyKey.of(request, context.client().name()).isPresent()) {
			throw new ProblemException(
					Problem.of(ProblemType.INVALID_REQUEST, "A batch cannot have an idempotency key.")
						.withErrors(List.of(InputError.inHeader(IdempotencyKey.HEADER, InputCode.INVALID_VALUE,
								"cannot be given for a batch: use the op ensure for items that must be repeatable"))));
		}
	}

	private List<List<Supplier<Batch.Result>>> groupByMember(List<BatchReader.Item> items, boolean dryRun,
			CallContext context) {
		Map<Object, List<Supplier<Batch.Result>>> groups = new LinkedHashMap<>();
		items.forEach((item) -> groups.computeIfAbsent(item.member(), (_) -> new ArrayList<>())
			.add(() -> execute(item, dryRun, context.item(item.index()))));
		return List.copyOf(groups.values());
	}

	private Batch.Result execute(BatchReader.Item item, boolean dryRun, CallContext context) {
		RenderedResponse response = respond(item, dryRun, context);
		this.auditLog.write(context.audit());
		return new Batch.Result(item.index(), response);
	}

	private RenderedResponse respond(BatchReader.Item item, boolean dryRun, CallContext context) {
		try {
			MemberCommand.Change command = item.command().get();
			context.audit().activity(switch (command) {
				case MemberCommand.Create _ -> Activity.CREATE;
				case MemberCommand.Ensure _ -> Activity.ENSURE;
				case MemberCommand.UpdateRole _ -> Activity.UPDATE_ROLE;
				case MemberCommand.Delete _ -> Activity.DELETE;
			});
			return this.handler.handle(command, dryRun, context);
		}
		catch (ProblemException ex) {
			return respond(ex.getProblem(), ex, context);
		}
		catch (RuntimeException | Error ex) {
			// A fault of this service. The outcome of the item is not known, and the
			// other items continue.
			return respond(Problem.ofStatus(500), ex, context);
		}
	}

	private RenderedResponse respond(Problem problem, Throwable cause, CallContext context) {
		context.audit().problem(problem);
		return this.problems.render(context.audit().requestId(), context.basePath(), problem, cause);
	}

}

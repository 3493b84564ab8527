package dev.memberproxy.apidocs;

import java.util.List;
import java.util.Objects;

import dev.memberproxy.core.BasePath;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.RequestId;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.Problem.MemberInTheWay;
import dev.memberproxy.problem.Problem.Upstream;
import dev.memberproxy.problem.ProblemResponder;
import dev.memberproxy.problem.ProblemType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;

/** Renders an example of each problem with the code that renders problems. */
final class ProblemExamples {

	private static final RequestId REQUEST_ID = new RequestId("f81c2a4e-6d0b-4c53-9a37-0e5b8f1d2c76");

	private final ProblemResponder responder = new ProblemResponder();

	private final JsonMapper mapper = JsonMapper.shared();

	JsonNode of(ProblemType type, HttpStatus status) {
		Problem problem = withDetails(Problem.of(type, type.title() + ".")).withStatus(status);
		byte[] body = this.responder.render(REQUEST_ID, BasePath.ROOT, problem, "An example.").body();
		return this.mapper.readTree(Objects.requireNonNull(body));
	}

	private static Problem withDetails(Problem problem) {
		return switch (problem.type()) {
			case INVALID_REQUEST -> problem.withErrors(List.of(InputError.inBody("/userName", InputCode.INVALID_ADDRESS,
					EmailAddress.findFault("ada").orElseThrow())));
			case NOT_PERMITTED -> problem.withErrors(List
				.of(InputError.inBody("/sentryOrgRole", InputCode.ROLE, "is not a role that your app may assign")));
			case MEMBER_EXISTS ->
				problem.withMembers(List.of(new MemberInTheWay("102", "member"))).withUpstream(new Upstream(409, null));
			case MEMBER_ALREADY_INVITED ->
				problem.withMembers(List.of(new MemberInTheWay("104", "member"))).withUpstream(new Upstream(400, null));
			case MEMBER_AMBIGUOUS ->
				problem.withMembers(List.of(new MemberInTheWay("102", "member"), new MemberInTheWay("104", "manager")));
			case ROLE_NOT_AVAILABLE, REJECTED_BY_SENTRY -> problem.withUpstream(new Upstream(400, null));
			case RATE_LIMITED_BY_SENTRY -> problem.withUpstream(new Upstream(429, null));
			case SENTRY_CREDENTIALS_REFUSED -> problem.withUpstream(new Upstream(401, null));
			case SENTRY_MISCONFIGURED -> problem.withUpstream(new Upstream(404, null));
			default -> problem;
		};
	}

}

package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.provisioning.MemberCommand;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The query of a request, read strictly: a misspelled {@code dryRun} must not turn a dry
 * run into a change.
 */
public final class Parameters {

	private static final int DEFAULT_COUNT = 50;

	private static final int MAX_COUNT = 100;

	private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

	private final Map<String, String[]> values;

	private final List<InputError> errors = new ArrayList<>();

	private Parameters(Map<String, String[]> values) {
		this.values = values;
	}

	/** The parameters of a request, of which the call understands some. */
	static Parameters of(HttpServletRequest request, String... names) {
		Set<String> known = Set.of(names);
		Parameters parameters = new Parameters(
				(request.getQueryString() != null) ? new TreeMap<>(request.getParameterMap()) : Map.of());
		parameters.values.forEach((name, values) -> {
			if (!known.contains(name)) {
				parameters.errors
					.add(InputError.inQuery(name, InputCode.UNKNOWN_PARAMETER, "is not a parameter of this call"));
			}
			else if (values.length > 1) {
				parameters.refuse(name, "must be given once");
			}
		});
		return parameters;
	}

	/**
	 * Whether nothing is to be changed: {@code dryRun}, the only parameter.
	 * @throws ProblemException if the query is not valid
	 */
	public static boolean isDryRun(HttpServletRequest request) {
		Parameters parameters = of(request, "dryRun");
		boolean dryRun = parameters.flag("dryRun");
		parameters.check();
		return dryRun;
	}

	/**
	 * Reads the query of a request for members: a search by address, or a page of the
	 * list.
	 * @throws ProblemException if the query is not valid
	 */
	static MemberCommand.Read readList(HttpServletRequest request) {
		Parameters parameters = of(request, "userName", "startIndex", "count");
		Optional<EmailAddress> address = parameters.address("userName");
		int startIndex = parameters.number("startIndex", 1, 1, Integer.MAX_VALUE);
		int count = parameters.number("count", DEFAULT_COUNT, 1, MAX_COUNT);
		if (parameters.has("userName")) {
			parameters.refuseBeside("userName", "startIndex", "count");
		}
		parameters.check();
		return address.<MemberCommand.Read>map(MemberCommand.Search::new)
			.orElseGet(() -> new MemberCommand.ListAll(startIndex, count));
	}

	boolean has(String name) {
		return this.values.containsKey(name);
	}

	boolean flag(String name) {
		String value = first(name).orElse("false");
		if (!value.equals("true") && !value.equals("false")) {
			refuse(name, "must be true or false");
		}
		return value.equals("true");
	}

	int number(String name, int absent, int from, int to) {
		Optional<String> text = first(name);
		if (text.isEmpty()) {
			return absent;
		}
		int value = text.filter((digits) -> DIGITS.matcher(digits).matches()).map(Integer::valueOf).orElse(-1);
		if (value < from || value > to) {
			refuse(name, "must be a whole number from " + from
					+ ((to < Integer.MAX_VALUE) ? " to " + to : " on, of at most nine digits"));
		}
		return value;
	}

	Optional<EmailAddress> address(String name) {
		return first(name).flatMap((text) -> {
			String normalized = EmailAddress.normalize(text);
			// Around the address too: that may have been the '+' of another one.
			Optional<String> fault = text.contains(" ")
					? Optional.of("must not contain a blank (a '+' has to be sent as %2B)")
					: EmailAddress.findFault(normalized);
			fault.ifPresent((detail) -> this.errors.add(InputError.inQuery(name, InputCode.INVALID_ADDRESS, detail)));
			return fault.isEmpty() ? Optional.of(new EmailAddress(normalized)) : Optional.empty();
		});
	}

	void refuseBeside(String name, String... others) {
		for (String other : others) {
			if (has(other)) {
				refuse(other, "cannot be given together with " + name);
			}
		}
	}

	/**
	 * Ends the request if there is anything wrong with its query.
	 * @throws ProblemException with all that is wrong
	 */
	void check() {
		if (!this.errors.isEmpty()) {
			throw new ProblemException(
					Problem.of(ProblemType.INVALID_REQUEST, "The query has parameters that cannot be used.")
						.withErrors(this.errors));
		}
	}

	private void refuse(String name, String detail) {
		this.errors.add(InputError.inQuery(name, InputCode.INVALID_VALUE, detail));
	}

	private Optional<String> first(String name) {
		return Optional.ofNullable(this.values.get(name)).map((all) -> all[0]);
	}

}

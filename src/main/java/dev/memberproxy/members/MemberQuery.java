package dev.memberproxy.members;

import java.util.Optional;

import dev.memberproxy.core.EmailAddress;
import jakarta.servlet.http.HttpServletRequest;

/** The query of a request for members: a search by address, or a part of the list. */
final class MemberQuery {

	private static final int DEFAULT_COUNT = 50;

	private static final int MAX_COUNT = 100;

	private MemberQuery() {
	}

	/**
	 * Reads the query.
	 * @param request the request
	 * @return what it asks for
	 */
	static Command of(HttpServletRequest request) {
		Parameters parameters = Parameters.of(request, "userName", "startIndex", "count");
		Optional<EmailAddress> address = parameters.address("userName");
		int startIndex = parameters.number("startIndex", 1, 1, Integer.MAX_VALUE);
		int count = parameters.number("count", DEFAULT_COUNT, 1, MAX_COUNT);
		if (parameters.has("userName")) {
			parameters.refuseBeside("userName", "startIndex", "count");
		}
		parameters.check();
		return address.<Command>map(Command.Search::new).orElseGet(() -> new Command.Browse(startIndex, count));
	}

}

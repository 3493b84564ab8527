package dev.memberproxy.sentry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

import dev.memberproxy.organizations.Organization;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.ResourceAccessException;

/**
 * Calls Sentry's SCIM Users API. Each method makes exactly one attempt and gives whatever
 * comes of it one meaning; none throws because of what Sentry does. A request is built
 * from nothing: no header of a caller's is passed on.
 */
public final class SentryGateway {

	/** Limit of an answer about one member, in bytes; Sentry's are below 1 KiB. */
	private static final int MAX_MEMBER_BYTES = 64 * 1024;

	private final SentryHttpClients clients;

	private final AttemptWatch watch;

	private final NewMemberWriter writer = new NewMemberWriter();

	private final AnswerReader reader;

	SentryGateway(SentryHttpClients clients, AttemptWatch watch, AnswerReader reader) {
		this.clients = clients;
		this.watch = watch;
		this.reader = reader;
	}

	/**
	 * Sends one {@code POST Users} (contract section 1).
	 * @param organization where to create the member
	 * @param member whom to create
	 * @return the meaning of Sentry's answer, or of its absence
	 */
	public Answer create(Organization organization, NewMember member) {
		byte[] body = this.writer.write(member);
		Attempt attempt = new Attempt(organization.timeouts());
		this.watch.add(attempt);
		try {
			return ScopedValue.where(Attempt.CURRENT, attempt).call(() -> post(organization, body, attempt));
		}
		catch (ResourceAccessException ex) {
			return withoutAnswer(attempt, ex);
		}
		finally {
			this.watch.remove(attempt);
		}
	}

	private Answer post(Organization organization, byte[] body, Attempt attempt) {
		return Objects.requireNonNull(this.clients.get(organization)
			.post()
			.uri(usersUri(organization))
			.headers((headers) -> headers.setBearerAuth(organization.token().reveal()))
			.accept(MediaType.APPLICATION_JSON)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange((request, response) -> read(response, attempt)));
	}

	private Answer read(ClientHttpResponse response, Attempt attempt) throws IOException {
		ResponseBody body = body(response, attempt);
		if (!body.whole() && attempt.isExpired()) {
			return new Answer.TimedOut("The answer did not arrive whole in time.");
		}
		return this.reader.read(response.getStatusCode().value(), response.getHeaders(), body);
	}

	private static ResponseBody body(ClientHttpResponse response, Attempt attempt) {
		try {
			byte[] bytes = decoded(response).readNBytes(MAX_MEMBER_BYTES + 1);
			boolean whole = bytes.length <= MAX_MEMBER_BYTES;
			if (!whole) {
				// Closing the response would read the rest of it first.
				attempt.cancel();
			}
			return new ResponseBody(bytes, whole);
		}
		catch (IOException ex) {
			return ResponseBody.BROKEN;
		}
	}

	/** Not asked for, but a front of Sentry's may compress all the same. */
	private static InputStream decoded(ClientHttpResponse response) throws IOException {
		String coding = response.getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING);
		return (coding != null && coding.toLowerCase(Locale.ROOT).endsWith("gzip"))
				? new GZIPInputStream(response.getBody()) : response.getBody();
	}

	private static Answer withoutAnswer(Attempt attempt, ResourceAccessException ex) {
		String cause = NestedExceptionUtils.getMostSpecificCause(ex).toString();
		if (!attempt.hasLeft()) {
			return new Answer.NotSent("No connection to Sentry: " + cause);
		}
		return attempt.isExpired() ? new Answer.TimedOut("Sentry did not answer in time.")
				: new Answer.Ambiguous(null, "The connection to Sentry broke: " + cause, null);
	}

	private static URI usersUri(Organization organization) {
		return URI.create(organization.baseUrl() + "/api/0/organizations/" + organization.slug() + "/scim/v2/Users");
	}

}

package dev.memberproxy.sentry;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;

import dev.memberproxy.core.ByteLimit;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.Role;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.web.util.UriUtils;

/**
 * One request to Sentry's SCIM Users API, which may be sent more than once.
 * <p>
 * See docs/sentry-scim-contract.md, section 3.
 *
 * @param <T> what a successful response contains
 * @param type the kind of request
 * @param subject the member it is about, or a part of the list
 * @param path the path and query below the collection of members
 * @param body the JSON document to send, or null
 * @param reader gives a response its meaning
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SentryRequest<T>(Type type, Object subject, String path, byte @Nullable [] body,
		Function<RawResponse, SentryResult<T>> reader) {

	/** {@code POST Users} */
	public static SentryRequest<Member> create(NewMember member) {
		return new SentryRequest<>(Type.CREATE, member.address(), "", MemberJson.write(member),
				ResponseReader::readCreated);
	}

	/** {@code GET Users} with a filter by address. */
	public static SentryRequest<Lookup> find(EmailAddress address) {
		// An address has no quotation mark, so that the filter needs no escaping.
		String filter = UriUtils.encode("userName eq \"" + address.value() + "\"", StandardCharsets.UTF_8);
		return new SentryRequest<>(Type.LIST, address, "?startIndex=1&count=100&filter=" + filter, null,
				(response) -> ResponseReader.readFound(response, address));
	}

	/**
	 * {@code GET Users}, a page at a time.
	 * @param startIndex the number of the first member, from 1
	 * @param count the largest number of members
	 */
	public static SentryRequest<MemberPage> list(int startIndex, int count) {
		return new SentryRequest<>(Type.LIST, startIndex, "?startIndex=" + startIndex + "&count=" + count, null,
				ResponseReader::readPage);
	}

	/** {@code GET Users/{id}} */
	public static SentryRequest<Member> read(MemberId id) {
		return new SentryRequest<>(Type.READ, id, "/" + id.value(), null, ResponseReader::readMember);
	}

	/** {@code PUT Users/{id}}, as Sentry's {@code PATCH} can only delete members. */
	public static SentryRequest<Member> updateRole(MemberId id, Role role) {
		return new SentryRequest<>(Type.UPDATE_ROLE, id, "/" + id.value(), MemberJson.write(role),
				ResponseReader::readUpdated);
	}

	/** {@code DELETE Users/{id}}, which returns the id. */
	public static SentryRequest<MemberId> delete(MemberId id) {
		return new SentryRequest<>(Type.DELETE, id, "/" + id.value(), null,
				(response) -> ResponseReader.readDeleted(response, id));
	}

	/** The HTTP method, by which Sentry counts its limits. */
	public HttpMethod method() {
		return this.type.method;
	}

	/** Whether the request can change something at Sentry. */
	public boolean isChange() {
		return !this.type.method.equals(HttpMethod.GET);
	}

	/** Masked: path and body contain addresses. */
	@Override
	public String toString() {
		return "SentryRequest[" + this.type + "]";
	}

	/** The kinds of requests, as far as the meaning of a response depends on them. */
	@SuppressWarnings("ImmutableEnumChecker") // HttpMethod and ByteLimit are immutable
	public enum Type {

		/** Creates a member. */
		CREATE(HttpMethod.POST, "member:write", 64),

		/** Searches for members, or lists them. */
		LIST(HttpMethod.GET, "member:read", 1024),

		/** Reads one member. */
		READ(HttpMethod.GET, "member:read", 64),

		/** Changes the role of a member. */
		UPDATE_ROLE(HttpMethod.PUT, "member:write", 64),

		/** Deletes a member. */
		DELETE(HttpMethod.DELETE, "member:admin", 64);

		private final HttpMethod method;

		private final String scope;

		private final ByteLimit responseLimit;

		Type(HttpMethod method, String scope, int responseKibibytes) {
			this.method = method;
			this.scope = scope;
			this.responseLimit = new ByteLimit(responseKibibytes * 1024);
		}

		/** The scope that the token needs. */
		String scope() {
			return this.scope;
		}

		/** The largest body of a response. Sentry's for one member are below 1 KiB. */
		ByteLimit responseLimit() {
			return this.responseLimit;
		}

		boolean isAboutOneMember() {
			return this == READ || changesOneMember();
		}

		boolean changesOneMember() {
			return this == UPDATE_ROLE || this == DELETE;
		}

		boolean carriesData() {
			return this == CREATE || this == UPDATE_ROLE;
		}

	}

}

"""What people and Pages do in public: post, comment, edit, hide, remove, react, tag, recommend."""

from localcare.sandbox import payloads
from localcare.sandbox.minting import person_id
from localcare.sandbox.objects import Author, Comment, Page, Place, Post, Recommendation, Tag
from localcare.sandbox.refusals import require_content
from localcare.sandbox.state import State


class Wall(State):
    """The public part of the stand-in. `author` is a customer's name; without one the Page itself acts."""

    def post(
        self,
        page_id: str,
        message: str,
        *,
        author: str | None = None,
        photo: str | None = None,
        place: Place | None = None,
    ) -> Post:
        """Write on a Page's wall: as a visitor, or as the Page."""
        page = self.get_page(page_id)
        require_content(message, photo)
        now = self.clock.now()
        number = self.mint.number(now)
        post = Post(
            id=str(number) if page.is_on_instagram else f"{page_id}_{number}",
            order=number,
            page_id=page_id,
            author=self._author(page, author),
            message=message,
            created_at=now,
            updated_at=now,
            photo=photo,
            place=place,
        )
        page.posts.append(post)
        self.posts[post.id] = post
        self.tell(payloads.post_added(post))
        return post

    def comment(self, target_id: str, message: str, *, author: str | None = None, photo: str | None = None) -> Comment:
        """Comment on a post, or reply to a comment; a reply to a reply joins the top comment's replies."""
        target = self.get_object(target_id)
        require_content(message, photo)
        post = target if isinstance(target, Post) else self.posts[target.post_id]
        parent_id = (target.parent_id or target.id) if isinstance(target, Comment) else None
        now = self.clock.now()
        number = self.mint.number(now)
        page = self.pages[post.page_id]
        comment = Comment(
            id=str(number) if page.is_on_instagram else f"{post.id.rpartition('_')[2]}_{number}",
            order=number,
            page_id=post.page_id,
            post_id=post.id,
            parent_id=parent_id,
            author=self._author(page, author),
            message=message,
            created_at=now,
            photo=photo,
        )
        post.comments.append(comment)
        post.updated_at = now
        self.comments[comment.id] = comment
        self.tell(payloads.comment_added(comment))
        return comment

    def edit(self, object_id: str, message: str) -> None:
        """Put other words into a post or comment."""
        target = self.get_object(object_id)
        target.message = message
        if isinstance(target, Post):
            target.updated_at = self.clock.now()
            self.tell(payloads.post_edited(target))
        else:
            self.tell(payloads.comment_edited(target))

    def hide(self, object_id: str) -> None:
        """Only the author and their friends still see it."""
        self._set_hidden(object_id, hidden=True)

    def unhide(self, object_id: str) -> None:
        """Everybody sees it again."""
        self._set_hidden(object_id, hidden=False)

    def remove(self, object_id: str) -> None:
        """Take a post with all its comments, or a comment with its replies, off the wall."""
        target = self.get_object(object_id)
        if isinstance(target, Post):
            self._forget(target.comments)
            self.pages[target.page_id].posts.remove(target)
            del self.posts[target.id]
            self.tell(payloads.post_removed(target, self.clock.now()))
            return
        post = self.posts[target.post_id]
        self._forget([comment for comment in post.comments if object_id in (comment.id, comment.parent_id)])
        post.comments = [comment for comment in post.comments if comment.id in self.comments]
        self.tell(payloads.comment_removed(target))

    def react(self, object_id: str, author: str | None, reaction: str = "like") -> None:
        """Like it, or change one's reaction; the same reaction again takes it back."""
        target = self.get_object(object_id)
        who = self._author(self.pages[target.page_id], author)
        before = target.likes.pop(who.id, None)
        verb = "add" if before is None else "remove" if before == reaction else "edit"
        if verb != "remove":
            target.likes[who.id] = reaction
        self.tell(payloads.reacted(target, who, reaction, verb, self.clock.now()))

    def mention(self, page_id: str, author: str, message: str, *, in_comment: bool = False) -> Tag:
        """Name the Page on the author's own timeline; the Page learns the words but not whose they are."""
        page = self.get_page(page_id)
        now = self.clock.now()
        number = self.mint.number(now)
        post_id = str(number) if page.is_on_instagram else f"{person_id('timeline', author)}_{number}"
        comment_id = f"{number}_{self.mint.number(now)}" if in_comment else None
        if in_comment and page.is_on_instagram:
            comment_id = str(self.mint.number(now))
        tag = Tag(post_id, number, message, now, comment_id, author, page_id)
        page.tags.append(tag)
        self.tell(payloads.mentioned(page_id, tag))
        return tag

    def recommend(self, page_id: str, author: str, *, recommends: bool, text: str = "") -> Recommendation:
        """Leave a review: it moves the rating; no API shows it and no webhook tells it (unless `sends_ratings`)."""
        page = self.get_page(page_id)
        now = self.clock.now()
        number = self.mint.number(now)
        review = Recommendation(str(number), number, self._author(page, author), recommends, text, now)
        page.recommendations.append(review)
        self.tell(payloads.recommended(page_id, review))
        return review

    def _author(self, page: Page, name: str | None) -> Author:
        return page.author if name is None else self.person(page.id, name)

    def _set_hidden(self, object_id: str, *, hidden: bool) -> None:
        target = self.get_object(object_id)
        target.is_hidden = hidden
        self.tell(payloads.post_hidden(target) if isinstance(target, Post) else payloads.comment_hidden(target))

    def _forget(self, comments: list[Comment]) -> None:
        for comment in comments:
            del self.comments[comment.id]
